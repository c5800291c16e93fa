"""Which of a bag's topics is meant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from rosbags.interfaces import Connection
from rosbags.interfaces import MessageDefinitionFormat
from rosbags.typesys import get_types_from_msg
from rosbags.typesys import get_typestore
from rosbags.typesys import Stores
from rosbags.typesys import TypesysError
from rosbags.typesys.store import Typestore

from rat_tracker.bags.definitions import CAMERA_INFO
from rat_tracker.bags.definitions import COMPRESSED_IMAGE
from rat_tracker.bags.definitions import IMAGE
from rat_tracker.bags.errors import BagError

_NAMED = 12  # topics in a message


@dataclass(frozen=True, slots=True)
class Kind:
    """What a topic has to hold, and how that is called."""

    name: str
    types: frozenset[str]


IMAGES = Kind('images', frozenset({IMAGE, COMPRESSED_IMAGE}))
CALIBRATIONS = Kind('calibrations', frozenset({CAMERA_INFO}))


def choose_topic(
    bag: Path, connections: Collection[Connection], name: str | None, store: Typestore,
    depth: str | None = None,
) -> str:
    """Return the topic of this name, with a slash before it or not, or the only one with images.

    :param connections: all that the bag has
    :param depth: the topic that somebody named for depth, which is not meant
    :raises BagError: there is none, or it is no topic of images
    """
    if name is not None:
        return require_topic(bag, connections, name, IMAGES, store)
    apart = set() if depth is None else {depth, f'/{depth}'}
    images = [topic for topic in _of(IMAGES, connections) if topic not in apart]
    if len(images) > 1:
        raise BagError(f'{bag} has more than one topic with images; name one of them with '
                       f'--topic: {_listed(images)}')
    if not images:
        raise BagError(f'{bag} has no topic with images, of sensor_msgs/Image or CompressedImage'
                       f'{"" if depth is None else ", beside that of depth"}; it has '
                       f'{_listed(sorted(_types(connections)))}')
    return require_topic(bag, connections, images[0], IMAGES, store)


def require_topic(
    bag: Path, connections: Collection[Connection], name: str, kind: Kind, store: Typestore,
) -> str:
    """Return the topic of this name, with a slash before it or not.

    :param connections: all that the bag has
    :raises BagError: there is none, or it is of another type
    """
    types = _types(connections)
    topic = f'/{name}' if name not in types and f'/{name}' in types else name
    known = f'topics with {kind.name}: {_listed(_of(kind, connections))}'
    if topic not in types:
        raise BagError(f'{bag} has no topic {topic}; its {known}')
    if not types[topic] <= kind.types:
        raise BagError(f'topic {topic} is of type {", ".join(sorted(types[topic]))}, not of '
                       f'{kind.name}; {known}')
    for connection in connections:
        if connection.topic == topic:
            _require_known(connection, store)
    return topic


def _types(connections: Collection[Connection]) -> dict[str, set[str]]:
    """Return the types of each topic: mostly one."""
    types: dict[str, set[str]] = {}
    for connection in connections:
        types.setdefault(connection.topic, set()).add(connection.msgtype)
    return types


def _of(kind: Kind, connections: Collection[Connection]) -> list[str]:
    return sorted(topic for topic, types in _types(connections).items() if types <= kind.types)


def _require_known(connection: Connection, store: Typestore) -> None:
    """Refuse a topic whose messages are not defined as those of ROS 2."""
    digest = connection.digest
    if not digest and connection.msgdef.format is MessageDefinitionFormat.MSG:
        own = get_typestore(Stores.EMPTY)
        try:
            own.register(get_types_from_msg(connection.msgdef.data, connection.msgtype))
            digest = own.hash_rihs01(connection.msgtype)
        except (TypesysError, KeyError):  # no text of a definition, or not of all its parts
            digest = 'unknown'
    if digest and digest != store.hash_rihs01(connection.msgtype):
        raise BagError(f'topic {connection.topic} has a definition of {connection.msgtype} that '
                       'is not that of ROS 2; it cannot be read')


def _listed(topics: list[str]) -> str:
    """Return names for a message, not too many."""
    more = [f'and {len(topics) - _NAMED} more'] if len(topics) > _NAMED else []
    return ', '.join(topics[:_NAMED] + more) or 'none'

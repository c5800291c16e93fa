"""Which of a bag's topics is meant."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rosbags.interfaces import Connection
from rosbags.interfaces import MessageDefinitionFormat
from rosbags.typesys import get_types_from_msg
from rosbags.typesys import get_typestore
from rosbags.typesys import Stores
from rosbags.typesys import TypesysError
from rosbags.typesys.store import Typestore

from rat_tracker.bags.definitions import COMPRESSED_IMAGE
from rat_tracker.bags.definitions import IMAGE
from rat_tracker.bags.errors import BagError

_NAMED = 12  # topics in a message


def choose_topic(
    bag: Path, connections: Collection[Connection], name: str | None, store: Typestore,
) -> str:
    """Return the topic of this name, with a slash before it or not, or the only one with images.

    :param connections: all that the bag has
    :raises BagError: there is none, or it is no topic of images
    """
    types: dict[str, set[str]] = {}
    for connection in connections:
        types.setdefault(connection.topic, set()).add(connection.msgtype)
    images = sorted(topic for topic, kinds in types.items()
                    if kinds <= {IMAGE, COMPRESSED_IMAGE})
    known = _listed(images)
    if name is None and len(images) != 1:
        raise BagError(
            f'{bag} has more than one topic with images; name one of them with --topic: {known}'
            if images else f'{bag} has no topic with images, of sensor_msgs/Image or '
            f'CompressedImage; it has {_listed(sorted(types))}')
    topic = images[0] if name is None else name
    if topic not in types and f'/{topic}' in types:
        topic = f'/{topic}'
    if topic not in types:
        raise BagError(f'{bag} has no topic {topic}; its topics with images: {known}')
    if topic not in images:
        raise BagError(f'topic {topic} is of type {", ".join(sorted(types[topic]))}, not of '
                       f'images; topics with images: {known}')
    for connection in connections:
        if connection.topic == topic:
            _require_known(connection, store)
    return topic


def _require_known(connection: Connection, store: Typestore) -> None:
    """Refuse images whose definition is not that of ROS 2."""
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

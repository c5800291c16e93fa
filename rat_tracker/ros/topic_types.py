"""What the types of the topics in the graph say about silence, and the remap that ends it.

Publishers and subscriptions of one name and different types never meet, and nothing tells so.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping

from rclpy.node import Node

RAW, COMPRESSED = 'sensor_msgs/msg/Image', 'sensor_msgs/msg/CompressedImage'
IMAGE_TYPES = (RAW, COMPRESSED)
# What image_transport appends to the name of the raw images, by the transport's name.
SUFFIXES = {'raw': '', 'compressed': '/compressed', 'compressedDepth': '/compressedDepth'}
_PICTURES = ('/overlay', '/attention')  # what trackers draw
_NAMED = 3  # topics in a sentence
_SHELL = set("~ '\"$&;|<>()")


def type_name(kind: type) -> str:
    """Return the name of a type of messages, as ``sensor_msgs/msg/Image``."""
    return f'{kind.__module__.partition(".")[0]}/msg/{kind.__name__}'


def types_on(node: Node, topic: str) -> list[str]:
    """Return the types that are published on a topic, sorted."""
    return sorted({info.topic_type for info in node.get_publishers_info_by_topic(topic)})


def topics_of(node: Node, *kinds: str) -> list[tuple[str, str]]:
    """Return name and type of the topics on which other nodes publish these types, by name."""
    own = (node.get_name(), node.get_namespace())
    return [(name, kind) for name, types in sorted(node.get_topic_names_and_types())
            for kind in types if kind in kinds and any(
                info.topic_type == kind and (info.node_name, info.node_namespace) != own
                for info in node.get_publishers_info_by_topic(name))]


def transport_of(topic: str, kind: str) -> tuple[str, str]:
    """Return the transport of a topic of images, and the name of the raw ones beside it.

    That name is empty for compressed images whose topic does not end as image_transport's do.
    """
    if kind == RAW:
        return 'raw', topic
    for transport, suffix in SUFFIXES.items():
        if suffix and topic.endswith(suffix):
            return transport, topic.removesuffix(suffix)
    return 'compressed', ''


def tracker_command(node: str, topic: str = '', kind: str = RAW) -> str:
    """Return the command that starts a tracker of this name.

    :param node: full name
    :param topic: of images; empty: those that it takes without being told
    :param kind: the type of that topic, one of ``IMAGE_TYPES``
    """
    namespace, _, name = node.rpartition('/')
    arguments = [f'-r __ns:={namespace}'] if namespace else []
    if name != 'tracker_node':
        arguments.append(f'-r __node:={name}')
    if topic:
        transport, images = transport_of(topic, kind)
        if transport != 'raw':
            arguments.append(f'-p image_transport:={transport}')
        if not images:
            arguments.append(f'-r image_raw{SUFFIXES[transport]}:={topic}')
        elif images != f'{namespace}/image_raw':
            arguments.append(f'-r image_raw:={images}')
    return ' '.join(['ros2 run rat_tracker tracker_node', *(['--ros-args'] if arguments else []),
                     *arguments])


def images_fault(node: Node, topic: str, kind: str) -> str:
    """Return why a tracker's node hears no images, as far as the types tell; empty if not at all.

    :param topic: that it subscribes to
    :param kind: the type that it subscribes with
    """
    here = types_on(node, topic)
    if kind in here:
        return ''
    own = node.get_fully_qualified_name()
    for other in here:
        if other in IMAGE_TYPES:
            return (f'{topic} carries {other}, and the node takes {kind} there; start it so: '
                    f'{tracker_command(own, topic, other)}')
    found = [(name, found) for name, found in topics_of(node, *IMAGE_TYPES)
             if not name.endswith(_PICTURES)]
    images = transport_of(topic, kind)[1] or topic
    # The camera's own other transport first, raw before compressed, depth last.
    found.sort(key=lambda item: (transport_of(*item)[1] != images, 'depth' in item[0].lower(),
                                 item[1] != RAW))
    remedy = (f'images are on {_listed([name for name, _ in found])}; start it so: '
              f'{tracker_command(own, *found[0])}' if found else '')
    if here:
        return (f'{topic} carries {" and ".join(here)}, which holds no images; '
                + (remedy or 'remap image_raw to a topic of images'))
    return remedy and f'there is no publisher on {topic}; {remedy}'


def remap_of(
    node: Node, name: str, *kinds: str, likely: Callable[[str], bool] = lambda _: True,
) -> str:
    """Return where messages for an input come, and the remap to it; empty where none do.

    :param name: of the input, before it is remapped
    :param likely: whether a topic may be meant, by its name
    """
    found = [topic for topic, _ in topics_of(node, *kinds) if likely(topic)]
    if not found:
        return ''
    return (f'{" or ".join(kinds)} comes on {_listed(found)}; start the node with '
            f'{_rule(name, found[0])}')


def inputs_fault(
    node: Node, inputs: Mapping[str, type], likely: Callable[[str], bool] = lambda _: True,
) -> str:
    """Return which of a node's inputs carries another type only; empty if none does.

    :param inputs: the types of the topics that it subscribes to, by name before it is remapped
    :param likely: whether another topic may be meant, by its name
    """
    kinds = {name: type_name(kind) for name, kind in inputs.items()}
    for name, kind in kinds.items():
        topic = node.resolve_topic_name(name)
        here = types_on(node, topic)
        if not here or kind in here:
            continue
        sibling = next((other for other, taken in kinds.items() if taken in here), '')
        remedy = (f'for that, start the node with {_rule(sibling, topic)}' if sibling else
                  remap_of(node, name, kind, likely=likely)
                  or f'remap {name} to a topic of that type')
        return (f'{topic} carries {" and ".join(here)}, and the node takes {kind} there; '
                f'{remedy}')
    return ''


def _rule(name: str, topic: str) -> str:
    rule = f'{name}:={topic}'
    return f"--ros-args -r '{rule}'" if _SHELL & set(rule) else f'--ros-args -r {rule}'


def _listed(names: list[str]) -> str:
    more = [f'{len(names) - _NAMED} more'] if len(names) > _NAMED else []
    return ', '.join(names[:_NAMED] + more)

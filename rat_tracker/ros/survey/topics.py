"""Which image topics a node sees, who publishes on them, and whether we would hear that."""

from __future__ import annotations

from dataclasses import dataclass

from rclpy.node import Node
from rclpy.qos import DurabilityPolicy
from rclpy.qos import HistoryPolicy
from rclpy.qos import qos_check_compatible
from rclpy.qos import QoSCompatibility
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.topic_endpoint_info import TopicEndpointInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.ros.qos import newest

IMAGE_TYPES = {
    'sensor_msgs/msg/Image': ImageMessage,
    'sensor_msgs/msg/CompressedImage': CompressedImage,
}
_NAMELESS = '_NODE_NAME_UNKNOWN_'  # as rmw_fastrtps and rmw_cyclonedds write it
UNKNOWN = 'an unknown node'  # what publishes without being a node, or is not known yet
# What rmw says of each policy that does not match; it names them in prose only.
_POLICIES = {
    'reliable': 'RELIABILITY', 'transient local': 'DURABILITY', 'deadline': 'DEADLINE',
    'liveliness': 'LIVELINESS',
}


@dataclass(frozen=True, slots=True)
class ImagePublisher:
    """One publisher of images and its QoS in words, such as ``best effort``.

    Some middleware does not tell the history: then that is ``unknown``.
    """

    node: str  # full name, or ``UNKNOWN``
    reliability: str
    durability: str
    history: str  # with its depth, such as ``keep last 1``
    gid: bytes = b''  # the middleware's number of it


@dataclass(frozen=True, slots=True)
class ImageTopic:
    """A topic of images, raw or compressed."""

    name: str
    type_name: str  # a key of IMAGE_TYPES
    publishers: tuple[ImagePublisher, ...]
    subscribers: int  # those of the node that looks are not counted
    incompatibility: str  # policies by which publishers do not match, and whose; empty: all match


def image_topics(node: Node, subscription: QoSProfile | None = None) -> list[ImageTopic]:
    """Return the image topics in the graph as the node knows it now, in order of their names.

    A name that is used for both types is there twice.

    :param subscription: the QoS to compare with; that of our subscriptions if not given
    """
    asked = newest() if subscription is None else subscription
    return [_topic(node, name, type_name, asked)
            for name, types in sorted(node.get_topic_names_and_types())
            for type_name in types if type_name in IMAGE_TYPES]


def _topic(node: Node, name: str, type_name: str, asked: QoSProfile) -> ImageTopic:
    publishers = [info for info in node.get_publishers_info_by_topic(name)
                  if info.topic_type == type_name]
    subscribers = [info for info in node.get_subscriptions_info_by_topic(name)
                   if info.topic_type == type_name
                   and full_name(info) != node.get_fully_qualified_name()]
    return ImageTopic(
        name, type_name, tuple(map(_publisher, publishers)), len(subscribers),
        ', '.join(f'{policies} of {full_name(info)}' for info in publishers
                  if (policies := mismatch(info.qos_profile, asked))))


def _publisher(info: TopicEndpointInfo) -> ImagePublisher:
    qos = info.qos_profile
    history = _words(qos.history)
    if qos.history is HistoryPolicy.KEEP_LAST:
        history += f' {qos.depth}'
    return ImagePublisher(
        full_name(info), _words(qos.reliability), _words(qos.durability), history,
        bytes(info.endpoint_gid))


def mismatch(offered: QoSProfile, asked: QoSProfile) -> str:
    """Return the policies by which a subscription does not hear a publisher; empty if it does."""
    compatibility, reason = qos_check_compatible(offered, asked)
    if compatibility != QoSCompatibility.ERROR:  # pybind's, of which there are many instances
        return ''
    reason = str(reason).lower()
    return ' and '.join(policy for word, policy in _POLICIES.items() if word in reason) or reason


def full_name(info: TopicEndpointInfo) -> str:
    """Return the name of an endpoint's node with its namespace.

    A topic may be known for a moment before the node that uses it is.
    """
    if info.node_name == _NAMELESS:
        return UNKNOWN
    return f'{info.node_namespace.rstrip("/")}/{info.node_name}'


def _words(policy: ReliabilityPolicy | DurabilityPolicy | HistoryPolicy) -> str:
    return str(policy.name).lower().replace('_', ' ')

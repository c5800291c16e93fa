"""The survey knows every image topic, who publishes on it, and whether we would hear that."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest
import rclpy
from rclpy.qos import DurabilityPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from ros.client import Client
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.ros.qos import newest
from rat_tracker.ros.survey.topics import full_name
from rat_tracker.ros.survey.topics import image_topics
from rat_tracker.ros.survey.topics import ImageTopic

BEST_EFFORT = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
RELIABLE = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE)


@pytest.fixture
def camera(domain: int) -> Iterator[Any]:
    """Return a node in a namespace, beside the client's."""
    context = rclpy.Context()
    rclpy.init(context=context, domain_id=domain)
    node = rclpy.create_node('camera', namespace='/front', context=context)
    yield node
    node.destroy_node()
    context.try_shutdown()


def seen(client: Client, name: str, when: Callable[[ImageTopic], object] = bool,
         asked: QoSProfile | None = None) -> ImageTopic:
    """Wait until the survey has a topic of this name for which this holds, and return it."""
    found: ImageTopic = client.wait(f'{name} in the survey', lambda: next(
        (topic for topic in image_topics(client.node, asked)
         if topic.name == name and when(topic)), None))
    return found


def published(topic: ImageTopic) -> bool:
    """Whether its publisher is known, by name, too: that comes a moment later."""
    return [publisher.node for publisher in topic.publishers] == ['/front/camera']


def test_a_topic_names_its_type_and_its_publishers_with_their_qos(
    client: Client, camera: Any,
) -> None:
    camera.create_publisher(ImageMessage, 'color/image_raw', BEST_EFFORT)
    camera.create_publisher(CompressedImage, 'color/image_raw/compressed', RELIABLE)

    raw = seen(client, '/front/color/image_raw', published)
    compressed = seen(client, '/front/color/image_raw/compressed', published)

    assert raw.type_name == 'sensor_msgs/msg/Image'
    assert compressed.type_name == 'sensor_msgs/msg/CompressedImage'
    (publisher,) = raw.publishers
    assert publisher.node == '/front/camera'
    assert publisher.reliability == 'best effort'
    assert publisher.durability == 'volatile'
    assert publisher.history in ('unknown', 'keep last 1')  # not every middleware tells
    assert compressed.publishers[0].reliability == 'reliable'


def test_topics_of_other_types_are_left_out(client: Client, camera: Any) -> None:
    camera.create_publisher(Header, 'not_an_image', 1)
    camera.create_publisher(ImageMessage, 'an_image', 1)

    seen(client, '/front/an_image', published)
    client.wait('the other topic in the graph', lambda: any(
        name == '/front/not_an_image' for name, _ in client.node.get_topic_names_and_types()))

    assert not any(topic.name == '/front/not_an_image' for topic in image_topics(client.node))


def test_our_own_kind_of_subscription_receives_any_camera(client: Client, camera: Any) -> None:
    camera.create_publisher(ImageMessage, 'a', BEST_EFFORT)
    camera.create_publisher(ImageMessage, 'b', QoSProfile(
        depth=5, durability=DurabilityPolicy.TRANSIENT_LOCAL))

    for name in ('/front/a', '/front/b'):
        topic = seen(client, name, published)
        assert not topic.incompatibility


def test_a_subscription_that_does_not_receive_a_publisher_is_told_the_policy_and_whose(
    client: Client, camera: Any,
) -> None:
    camera.create_publisher(ImageMessage, 'image', BEST_EFFORT)
    seen(client, '/front/image', published)

    reliable = seen(client, '/front/image', published, RELIABLE)
    latched = seen(client, '/front/image', published, QoSProfile(
        depth=1, reliability=ReliabilityPolicy.BEST_EFFORT,
        durability=DurabilityPolicy.TRANSIENT_LOCAL))

    assert reliable.incompatibility == 'RELIABILITY of /front/camera'
    assert latched.incompatibility == 'DURABILITY of /front/camera'


def test_subscribers_are_counted_without_the_one_that_counts(client: Client, camera: Any) -> None:
    camera.create_publisher(ImageMessage, 'watched', BEST_EFFORT)
    camera.create_subscription(ImageMessage, 'watched', lambda _: None, newest())
    own = client.node.create_subscription(
        ImageMessage, '/front/watched', lambda _: None, newest())

    # A subscription may be known for a moment before the node that it belongs to is.
    client.wait('both by name', lambda: {full_name(info) for info in (
        client.node.get_subscriptions_info_by_topic('/front/watched'))} == {
            '/front/camera', '/client'})

    assert seen(client, '/front/watched').subscribers == 1
    client.node.destroy_subscription(own)


def test_a_name_used_for_both_types_is_there_twice(client: Client, domain: int) -> None:
    contexts = [rclpy.Context(), rclpy.Context()]
    nodes = []
    for context, kind in zip(contexts, (ImageMessage, CompressedImage), strict=True):
        rclpy.init(context=context, domain_id=domain)
        nodes.append(rclpy.create_node('camera', context=context))
        nodes[-1].create_publisher(kind, '/mixed', BEST_EFFORT)

    client.wait('both', lambda: [
        topic.type_name.rpartition('/')[2] for topic in image_topics(client.node)
        if topic.name == '/mixed' and len(topic.publishers) == 1] == ['CompressedImage', 'Image'])

    for node, context in zip(nodes, contexts, strict=True):
        node.destroy_node()
        context.try_shutdown()

"""The list of image topics: rates, sizes, QoS, what is wrong, and which one the tracker takes."""

from __future__ import annotations

from collections.abc import Iterator
import time

import cv2
import pytest
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from ros import scene
from ros.client import Client
from ros.console_robot import ConsoleRobot
from ros.console_robot import LONG
from ros.node_thread import NodeThread
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.replies import TopicInfo
from rat_tracker.ros.console import topic_list
from rat_tracker.ros.messages import to_image

STEADY, ODD, SMALL, SILENT = '/camera/steady', '/camera/odd', '/camera/small', '/camera/silent'


@pytest.fixture
def topics(
    client: Client, node: NodeThread, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, TopicInfo]]:
    """Return the list, asked for twice at once, of cameras of all kinds."""
    monkeypatch.setattr(topic_list, '_SECONDS', 5.0)  # a busy machine brings few images in two
    end = time.monotonic() + LONG
    robot = ConsoleRobot(client)
    robot.watch()
    robot.reported(DiagnosticsEvent)
    client.camera()

    def publisher(kind: type, topic: str) -> object:
        return client.node.create_publisher(
            kind, topic, QoSProfile(depth=5, reliability=ReliabilityPolicy.RELIABLE))
    made = [publisher(ImageMessage, STEADY), publisher(ImageMessage, ODD),
            publisher(CompressedImage, SMALL), publisher(ImageMessage, SILENT)]
    steady, odd, small, _ = made
    image = to_image(scene.picture(0), 'bgr8', client.header(0))
    strange = ImageMessage(header=client.header(0), encoding='rgb9', width=2, height=1, step=8,
                           data=bytes(8))
    jpeg = CompressedImage(header=client.header(0), format='jpeg', data=cv2.imencode(
        '.jpg', scene.picture(0))[1].tobytes())
    client.wait('the robot to know the cameras by name', lambda: all(
        [info.node_name for info in robot.node.get_publishers_info_by_topic(topic)] == ['client']
        for topic in (STEADY, ODD, SMALL, SILENT)), LONG)

    def read() -> dict[str, TopicInfo]:
        lists = [robot.begin('image_topics'), robot.begin('image_topics')]

        def done() -> bool:
            for sender, message in ((steady, image), (odd, strange), (small, jpeg)):
                message.header.stamp = client.node.get_clock().now().to_msg()
                sender.publish(message)  # type: ignore[attr-defined]
            return all(future.done() for future in lists)
        client.wait('the list', done, LONG)
        assert lists[0].result() == lists[1].result()
        client.wait('what was measured to be let go', lambda: not robot_subscribes(client, STEADY),
                    LONG)
        return {info.name: info for info in lists[0].result()}
    topics = read()
    # Where the measuring was discovered too late, it is asked for again.
    while time.monotonic() < end and any(
            'no image came' in topics[name].problem for name in (STEADY, ODD, SMALL)):
        topics = read()
    yield topics
    robot.close()
    for each in made:
        client.node.destroy_publisher(each)


def robot_subscribes(client: Client, topic: str) -> bool:
    return any(info.node_name == 'console_node' for info in
               client.node.get_subscriptions_info_by_topic(topic))


def test_each_topic_is_listed_with_what_is_known_of_it(topics: dict[str, TopicInfo]) -> None:
    assert {'/image_raw', STEADY, ODD, SMALL, SILENT} <= set(topics)
    steady, odd, small, silent = (topics[name] for name in (STEADY, ODD, SMALL, SILENT))
    assert steady.publishers == ('/client',)
    assert (steady.kind, steady.size) == ('raw', '320x240 bgr8')
    assert steady.rate is not None
    assert steady.rate > 0
    assert steady.qos == 'reliable, volatile'
    assert steady.problem == ''
    assert "'rgb9' is not supported" in odd.problem
    assert (small.kind, small.size, small.problem) == ('compressed', '320x240 jpeg', '')
    assert (silent.rate, silent.size) == (None, '')
    assert 'no image came' in silent.problem
    assert [info.name for info in topics.values() if info.used] == ['/image_raw']

"""What comes on an image topic is measured as it is, faults included."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
import time
from typing import Any

from builtin_interfaces.msg import Time
import cv2
import numpy as np
import pytest
import rclpy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from ros import scene
from ros.client import Client
from ros.client import PATIENCE
from ros.node_process import NodeProcess
from ros.node_process import ROOT
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.ros.messages import to_image
from rat_tracker.ros.messages import to_stamp
from rat_tracker.ros.survey.faults import FaultKind
from rat_tracker.ros.survey.measuring import Measurement
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import ImageTopic

RAW = ImageTopic('/camera/image', 'sensor_msgs/msg/Image', (), 0, '')
COMPRESSED = ImageTopic(
    '/camera/image/compressed', 'sensor_msgs/msg/CompressedImage', (), 0, '')
PLAYER = ROOT / 'rat_tracker' / 'ros' / 'player' / 'node.py'
_PERIOD = 0.05  # seconds between two images that are sent


class Camera:
    """Publishes an image now and then while somebody waits for a condition."""

    def __init__(self, client: Client, domain: int) -> None:
        self._client = client
        self._context = rclpy.Context()
        rclpy.init(context=self._context, domain_id=domain)
        self._node = rclpy.create_node('camera', context=self._context)
        self._publishers = {
            kind: self._node.create_publisher(kind, topic.name, QoSProfile(
                depth=1, reliability=ReliabilityPolicy.BEST_EFFORT))
            for kind, topic in ((ImageMessage, RAW), (CompressedImage, COMPRESSED))}

    def close(self) -> None:
        self._node.destroy_node()
        self._context.try_shutdown()

    def send_until(self, condition: Callable[[], Any], make: Callable[[], Any]) -> None:
        """Send what ``make`` makes, again and again, until the condition is true."""
        next_one = 0.0

        def step() -> Any:
            nonlocal next_one
            if time.monotonic() > next_one:
                next_one = time.monotonic() + _PERIOD
                message = make()
                self._publishers[type(message)].publish(message)
            return condition()
        self._client.wait('the condition while images are sent', step)


@pytest.fixture
def camera(client: Client, domain: int) -> Iterator[Camera]:
    camera = Camera(client, domain)
    yield camera
    camera.close()


@pytest.fixture
def measurement(client: Client) -> Iterator[Measurement]:
    measurement = Measurement(client.node, [RAW, COMPRESSED])
    yield measurement
    measurement.close()


def image(stamp: Time | None = None) -> Any:
    now = to_stamp(time.time_ns()) if stamp is None else stamp
    return to_image(scene.picture(0), 'bgr8', Header(stamp=now))


def fault(figures: TopicFigures, kind: FaultKind) -> str:
    """Return the words of a fault; empty if there is none of this kind."""
    return next((fault.text for fault in figures.faults if fault.kind is kind), '')


def test_a_raw_topic_has_rate_size_and_encoding(
    camera: Camera, measurement: Measurement,
) -> None:
    found = measurement.figures()[RAW.name]
    assert found.received == 0
    assert found.rate is None

    def several() -> bool:
        nonlocal found
        found = measurement.figures()[RAW.name]
        return found.received >= 5 and found.rate is not None  # it looks back a few seconds only
    camera.send_until(several, image)

    assert (found.width, found.height, found.encoding) == (scene.WIDTH, scene.HEIGHT, 'bgr8')
    assert found.bytes == scene.WIDTH * scene.HEIGHT * 3
    assert found.rate is not None
    assert 0 < found.rate < 10 / _PERIOD  # a busy machine sends fewer, and lets some wait
    assert found.age is not None
    assert found.age >= 0
    assert measurement.figures()[COMPRESSED.name].received == 0


def test_a_compressed_topic_has_the_size_of_what_is_inside(
    camera: Camera, measurement: Measurement,
) -> None:
    data = cv2.imencode('.jpg', scene.picture(0))[1].tobytes()
    camera.send_until(
        lambda: measurement.figures()[COMPRESSED.name].received >= 2,
        lambda: CompressedImage(
            header=Header(stamp=to_stamp(time.time_ns())), format='bgr8; jpeg', data=data))

    found = measurement.figures()[COMPRESSED.name]
    assert (found.width, found.height) == (scene.WIDTH, scene.HEIGHT)
    assert found.encoding == 'bgr8; jpeg'
    assert found.bytes == len(data)


def cut_off() -> CompressedImage:
    data = cv2.imencode('.jpg', scene.picture(0))[1].tobytes()
    return CompressedImage(header=image().header, format='jpeg', data=data[:len(data) // 2])


def unreadable() -> CompressedImage:
    return CompressedImage(header=image().header, format='jpeg', data=b'nothing')


def strange() -> Any:
    message = image()
    message.encoding = 'rgb9'
    return message


def short() -> Any:
    message = image()
    message.height += 1
    return message


@pytest.mark.parametrize(('make', 'kind', 'words'), [
    (lambda: image(Time()), FaultKind.ZERO_STAMP, 'zero'),
    # An hour, and what passes until it is looked at: up to a minute and a half.
    (lambda: image(to_stamp(time.time_ns() - 3600 * 10**9)), FaultKind.OLD_STAMP, 'is 36'),
    (lambda: image(to_stamp(time.time_ns() + 10**11)), FaultKind.FUTURE_STAMP, 's ahead'),
    (strange, FaultKind.ENCODING, "'rgb9' is not supported"),
    (short, FaultKind.INVALID, 'bytes and has'),
    (cut_off, FaultKind.INVALID, 'cut off'),
    (unreadable, FaultKind.INVALID, 'cannot be decoded'),
], ids=['zero', 'old', 'future', 'encoding', 'size', 'cut off', 'unreadable'])
def test_each_fault_is_named_and_counted(
    camera: Camera, measurement: Measurement, make: Callable[[], Any], kind: FaultKind, words: str,
) -> None:
    topic = (RAW if isinstance(make(), ImageMessage) else COMPRESSED).name
    camera.send_until(lambda: measurement.figures()[topic].received >= 3, make)

    figures = measurement.figures()[topic]
    assert words in fault(figures, kind)
    counts = {fault.kind: fault.count for fault in figures.faults}
    assert counts[kind] == figures.received
    # Where the machine is busy, any image may be old when it is looked at.
    assert counts.keys() <= {kind, FaultKind.OLD_STAMP}


def test_stamps_that_jump_back_are_a_fault(camera: Camera, measurement: Measurement) -> None:
    begin = time.time_ns()
    stamps = iter(begin - index * 1_000_000 for index in range(10_000))
    camera.send_until(
        lambda: fault(measurement.figures()[RAW.name], FaultKind.STAMP_JUMPED_BACK),
        lambda: image(to_stamp(next(stamps))))


def test_what_is_lost_on_the_way_is_counted(
    client: Client, domain: int, tmp_path: Path,
) -> None:
    """Fast DDS loses big images where its shared memory is not made larger."""
    assert cv2.imwrite(str(tmp_path / '1.png'), np.zeros((720, 1280, 3), np.uint8))
    topic = ImageTopic('/image_raw', RAW.type_name, (), 0, '')
    measurement = Measurement(client.node, [topic])
    if measurement.figures()[topic.name].lost is None:
        pytest.skip('this middleware does not tell what it loses')

    with NodeProcess(domain, tmp_path / 'log', program=PLAYER, parameters={
            'video': tmp_path, 'loop': 'true', 'preload': 'true', 'rate': 60.0,
    }, variables={'FASTRTPS_DEFAULT_PROFILES_FILE': None}):
        client.wait('a loss', lambda: measurement.figures()[topic.name].lost, 2 * PATIENCE)
    measurement.close()


def test_a_name_of_another_type_is_a_fault_and_no_crash(
    client: Client, measurement: Measurement,
) -> None:
    other = ImageTopic(RAW.name, COMPRESSED.type_name, (), 0, '')
    second = Measurement(client.node, [other])

    assert fault(second.figures()[RAW.name], FaultKind.NOT_SUBSCRIBED)

    second.close()


def test_nothing_is_subscribed_to_any_more_once_it_is_closed(
    client: Client, camera: Camera,
) -> None:
    measurement = Measurement(client.node, [RAW])
    camera.send_until(lambda: measurement.figures()[RAW.name].received, image)

    measurement.close()
    measurement.close()

    client.wait('no subscription', lambda: not client.node.count_subscribers(RAW.name))

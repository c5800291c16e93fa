"""A bag that is followed without ROS says what the node says of the same images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from typing import NamedTuple

import pytest
from rclpy.qos import DurabilityPolicy
from rclpy.qos import QoSProfile
from rclpy.serialization import deserialize_message
from rclpy.serialization import serialize_message
from ros import scene
from ros.calibrated_camera import of
from ros.client import Client
from ros.client import NODE
from ros.fake_tracker_node import fake_tracker_node
from ros.fake_tracker_node import SpotTracker
from ros.located_spot import calibrate
from ros.located_spot import picture
from ros.located_spot import place
from ros.located_spot import POSITIONS
from ros.node_thread import NodeThread
from rosbags.rosbag2 import Reader
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer
from support_bags import IMAGE
from support_bags import STORE
from support_bags import TOPIC
from support_positions import BY_DEPTH
from support_positions import DEPTH_TOPIC
from support_positions import INFO_TOPIC
from support_positions import locate

from rat_tracker.bags.definitions import CAMERA_INFO
from rat_tracker.msg import Target
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.messages import to_image

TARGET, STATE, DETECTIONS = (f'{NODE}/{name}' for name in ('target', 'state', 'detections'))
LAST = 34  # the number of the last image
DELAY = 5_000_000  # from an image's stamp to its recording, nanoseconds


class Run(NamedTuple):
    """What the node published from the selection on, by topic, and what it made that of."""

    published: dict[str, list[Any]]
    images: list[Any]
    calibration: Any
    depths: list[Any]


@pytest.fixture(scope='module')
def shared_node(domain: int) -> Iterator[NodeThread]:
    with NodeThread(domain, fake_tracker_node, parameters={'position_source': 'depth'}) as node:
        yield node


@pytest.fixture(scope='module')
def run(shared_node: NodeThread, client: Client) -> Run:
    """Let the node follow the red spot."""
    client.ready()
    calibration = calibrate(client)
    # Whoever has got what is latched gets all that comes after it.
    client.node.create_subscription(
        Target, STATE, client.received[STATE].append,
        QoSProfile(depth=100, durability=DurabilityPolicy.TRANSIENT_LOCAL))
    client.wait('the latched state', lambda: client.received[STATE])
    if Detections is not None:
        client.subscribe(Detections, DETECTIONS)
    client.meet()  # so that no detection is lost
    client.begin()
    client.show(0, picture(0))
    chosen = client.select(scene.red_box(0), index=0)
    client.wait('the selection', lambda: client.targets(0)[-1].id == chosen.id)
    depths = [place(client, 0)]
    for index in range(1, LAST + 1):
        client.show(index, picture(index))
        depths.append(place(client, index))
    client.wait('the target to be found again', lambda: (
        [message.state for message in client.received[STATE]][-2:]
        == [Target.LOST, Target.TRACKING]))
    if Detections is not None:
        client.wait('the last detections', lambda: (
            len(client.received[DETECTIONS]) == len(client.received[TARGET])))
    published = {topic: [message for message in client.received[topic]
                    if topic == DETECTIONS or message.id == chosen.id]
            for topic in (TARGET, STATE, DETECTIONS)}
    numbers = {nanoseconds(client.stamp(index)): index for index in range(LAST + 1)}
    # An image that was sent again may have two results.
    tracked = Counter(numbers[nanoseconds(message.header.stamp)] for message in published[TARGET]
                      if message.state == Target.TRACKING)
    client.wait('all positions', lambda: all(
        len(of(client, topic, index)) >= count
        for topic in POSITIONS for index, count in tracked.items()))
    for topic in POSITIONS:
        published[topic] = [message for index, count in sorted(tracked.items())
                       for message in of(client, topic, index)[-count:]]
    images = []
    for message in published[TARGET]:
        index = numbers[nanoseconds(message.header.stamp)]
        images.append(to_image(picture(index), 'bgr8', client.header(index)))
    return Run(published, images, calibration, depths)


@pytest.fixture(params=['mcap', 'sqlite3'])
def recorded(run: Run, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, list[Any]]:
    """Record the images as ROS writes them, follow the spot through the bag, and read that."""
    plugin = StoragePlugin[request.param.upper()]
    with Writer(tmp_path / 'bag', version=9, storage_plugin=plugin) as writer:
        images, calibrations, depths = (
            writer.add_connection(topic, kind, typestore=STORE) for topic, kind in (
                (TOPIC, IMAGE), (INFO_TOPIC, CAMERA_INFO), (DEPTH_TOPIC, IMAGE)))
        begin = nanoseconds(run.images[0].header.stamp)
        writer.write(calibrations, begin + 2 * DELAY, serialize_message(run.calibration))
        for connection, messages, delay in (
                (images, run.images, DELAY), (depths, run.depths, 3 * DELAY)):
            for message in messages:
                writer.write(connection, nanoseconds(message.header.stamp) + delay,
                             serialize_message(message))
    locate(tmp_path / 'bag', tmp_path / 'out', SpotTracker(0.0), BY_DEPTH, storage=request.param)
    kinds = {TARGET: Target, STATE: Target, DETECTIONS: Detections, **POSITIONS}
    found: dict[str, list[Any]] = {topic: [] for topic in kinds}
    with Reader(tmp_path / 'out') as reader:
        for connection, time, data in reader.messages():
            kind = kinds[connection.topic]
            if kind is not None:
                message = deserialize_message(bytes(data), kind)
                assert time == nanoseconds(message.header.stamp) + DELAY
                found[connection.topic].append(message)
    return found


def as_first(message: Any) -> Any:
    """Let the node's selection be its first one, should the request have been repeated."""
    message.id = '1'
    return message


def test_the_targets_are_those_of_the_node(run: Run, recorded: dict[str, list[Any]]) -> None:
    states = {message.state for message in recorded[TARGET]}
    assert states == {Target.TRACKING, Target.UNCERTAIN, Target.LOST}

    assert recorded[TARGET] == [as_first(message) for message in run.published[TARGET]]


def test_the_states_are_those_of_the_node(run: Run, recorded: dict[str, list[Any]]) -> None:
    assert [message.state for message in recorded[STATE]] == [
        Target.TRACKING, Target.UNCERTAIN, Target.LOST, Target.TRACKING]

    assert recorded[STATE] == [as_first(message) for message in run.published[STATE]]


@pytest.mark.parametrize('topic', POSITIONS)
def test_the_positions_are_those_of_the_node(
    run: Run, recorded: dict[str, list[Any]], topic: str,
) -> None:
    tracked = [message.header for message in recorded[TARGET]
               if message.state == Target.TRACKING]
    assert [message.header for message in recorded[topic]] == tracked

    assert recorded[topic] == run.published[topic]


@pytest.mark.skipif(find_spec('vision_msgs') is None, reason='vision_msgs is not installed')
def test_the_detections_are_those_of_the_node(run: Run, recorded: dict[str, list[Any]]) -> None:
    assert {len(message.detections) for message in recorded[DETECTIONS]} == {0, 1}

    published = run.published[DETECTIONS][-len(run.images):]
    for message in published:
        for detection in message.detections:
            detection.id = '1'
    assert recorded[DETECTIONS] == published

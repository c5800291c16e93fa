"""Bags with calibration and depth beside the images, and where the target in them is."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
import heapq
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from ros import scene
from ros.calibrated_scene import depth_picture
from ros.calibrated_scene import direction
from ros.calibrated_scene import K
from ros.calibrated_scene import place
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer
from support_bags import create
from support_bags import DELAY
from support_bags import header
from support_bags import IMAGE
from support_bags import on_the_spot
from support_bags import read_bag
from support_bags import spots
from support_bags import stamp_of
from support_bags import STORE
from support_bags import TOPIC

from rat_tracker.bags.bag_tracker import BagTracker
from rat_tracker.bags.definitions import make_typestore
from rat_tracker.bags.first_image import find_first
from rat_tracker.bags.positions import PositionWriter
from rat_tracker.bags.replay import every
from rat_tracker.bags.results import ResultBag
from rat_tracker.bags.sensor_context import find_sensor_context
from rat_tracker.bags.source import Bag
from rat_tracker.position.parameters import PositionParameters
from rat_tracker.target import Target
from rat_tracker.tracker import Tracker

INFO_TOPIC, DEPTH_TOPIC = '/camera/camera_info', '/camera/depth/image_raw'
NODE = '/tracker_node'
MS = 1_000_000  # nanoseconds
BY_DEPTH = PositionParameters('depth')
Message = tuple[str, int, Any]  # topic, time of recording in nanoseconds, message or its bytes


def info_message(stamp: int, **changes: Any) -> Any:
    """Return the calibration of ``ros.calibrated_scene`` but for these fields."""
    region = create('sensor_msgs/msg/RegionOfInterest', x_offset=0, y_offset=0, height=0, width=0,
                    do_rectify=False)
    fields = {
        'header': header(stamp), 'height': scene.HEIGHT, 'width': scene.WIDTH,
        'distortion_model': 'plumb_bob', 'd': np.zeros(5), 'k': np.array(K),
        'r': np.eye(3).ravel(), 'p': np.array((*K[:3], 0.0, *K[3:6], 0.0, *K[6:], 0.0)),
        'binning_x': 0, 'binning_y': 0, 'roi': region, **changes}
    return create('sensor_msgs/msg/CameraInfo', **fields)


def depth_message(depth: npt.NDArray[Any], stamp: int, **changes: Any) -> Any:
    """Return depth as 16UC1 or 32FC1, by its kind, but for these fields."""
    fields = {
        'header': header(stamp), 'height': depth.shape[0], 'width': depth.shape[1],
        'encoding': '16UC1' if depth.dtype == np.uint16 else '32FC1', 'is_bigendian': 0,
        'step': depth.strides[0], 'data': depth.reshape(-1).view(np.uint8), **changes}
    return create(IMAGE, **fields)


def images(messages: Iterable[Any]) -> Iterator[Message]:
    return ((TOPIC, stamp_of(index) + DELAY, message) for index, message in enumerate(messages))


def infos(count: int, **changes: Any) -> Iterator[Message]:
    """Yield a calibration after each image, as image_transport publishes them."""
    return ((INFO_TOPIC, stamp_of(index) + DELAY + MS, info_message(stamp_of(index), **changes))
            for index in range(count))


def depths(pictures: Iterable[npt.NDArray[Any]], **changes: Any) -> Iterator[Message]:
    """Yield a depth image before each image, of its stamp."""
    return ((DEPTH_TOPIC, stamp_of(index) + DELAY - MS,
             depth_message(picture, stamp_of(index), **changes))
            for index, picture in enumerate(pictures))


def pictures(count: int) -> list[npt.NDArray[np.uint16]]:
    """Return the depth of the scene in so many images."""
    return [depth_picture(index) for index in range(count)]


def record(
    path: Path, *streams: Iterable[Message], storage: str = 'mcap', topics: Iterable[str] = (),
) -> Path:
    """Write messages in the order of their recording, in which each stream has to be.

    :param topics: calibrations of which no message was recorded
    """
    with Writer(path, version=9, storage_plugin=StoragePlugin[storage.upper()]) as writer:
        connections: dict[str, Any] = {}

        def connect(topic: str, kind: str) -> Any:
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, kind, typestore=STORE)
            return connections[topic]
        for topic in topics:
            connect(topic, 'sensor_msgs/msg/CameraInfo')
        for topic, time, message in heapq.merge(*streams, key=lambda message: message[1]):
            if isinstance(message, bytes):  # of a topic that others made known
                writer.write(connections[topic], time, message)
            else:
                kind = message.__msgtype__
                writer.write(connect(topic, kind), time, STORE.serialize_cdr(message, kind))
    return path


@dataclass(frozen=True)
class Found:
    """Notes and counts, and what was written: by topic (time of recording, message)."""

    notes: list[str]
    counts: dict[str, int]
    bag: dict[str, list[tuple[int, Any]]]

    def bearings(self) -> dict[int, tuple[float, float, float]]:
        """Return the directions by the numbers of their images."""
        return {_index(time, message): (message.vector.x, message.vector.y, message.vector.z)
                for time, message in self.bag[f'{NODE}/bearing']}

    def places(self) -> dict[int, tuple[float, float, float]]:
        """Return the places by the numbers of their images."""
        points = {_index(time, message): message.pose.position
                  for time, message in self.bag[f'{NODE}/pose']}
        return {index: (point.x, point.y, point.z) for index, point in points.items()}


def _index(time: int, message: Any) -> int:
    """Return the number of a message's image, whose header and time it has."""
    (index,) = (index for index in range(1000) if stamp_of(index) + DELAY == time)
    stamp = message.header.stamp
    assert stamp.sec * 10**9 + stamp.nanosec == stamp_of(index)
    assert message.header.frame_id == 'camera'
    return index


def write_positions(
    path: Path, output: Path, tracker: Tracker, parameters: PositionParameters | None = None, *,
    calibrations: str | None = None, depth: str | None = None, geometry: str = 'auto',
    offset: float = 0.0, start: int = 0, storage: str = 'mcap', topic: str = TOPIC,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[list[str], dict[str, int]]:
    """Do what the command does, with a tracker of the test's own, begun on an image's number.

    Return notes and counts.
    """
    parameters = parameters or PositionParameters()
    if parameters.source == 'depth':
        depth = depth or DEPTH_TOPIC
    store = make_typestore()
    with Bag(path, store) as bag:
        topic = bag.choose(topic)
        context = find_sensor_context(
            bag, topic, parameters, calibrations=calibrations, depth=depth, geometry=geometry,
            offset=offset)
        first, others = find_first(bag, topic, offset, None, context.topics if context else {})
        bag_tracker = BagTracker(first, scene.red_box(start))
        with ResultBag(output, storage, store) as results:
            positions = PositionWriter(context, results, store) if context else None
            bag_tracker.run(Target(tracker), every(first, others), results, stopped,
                         lambda _: None, positions)
        notes = bag.notes + (positions.notes if positions else [])
    assert not any('\n' in note for note in notes)
    return notes, dict(positions.counts) if positions else {}


def locate(path: Path, output: Path, *arguments: Any, **options: Any) -> Found:
    """Do what ``write_positions`` does, and read it."""
    return Found(*write_positions(path, output, *arguments, **options), read_bag(output))


def locate_by(
    depth: list[Message], folder: Path, count: int, scores: tuple[float, ...] = (),
    **options: Any,
) -> Found:
    """Follow the spot through a bag of so many images with these depth images."""
    bag = record(folder / 'bag', images(spots(count)), infos(count), depth)
    return locate(bag, folder / 'out', on_the_spot(count, scores), BY_DEPTH, **options)


def expected_bearings(indices: Iterable[int]) -> dict[int, Any]:
    return {index: pytest.approx(direction(scene.red_box(index)), abs=1e-9) for index in indices}


def expected_places(indices: Iterable[int], z: float) -> dict[int, Any]:
    return {index: pytest.approx(place(scene.red_box(index), z), abs=1e-6) for index in indices}

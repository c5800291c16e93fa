"""Bags for the tests, written by rosbags, and what is in those that we write."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from ros import scene
from rosbags.rosbag2 import CompressionFormat
from rosbags.rosbag2 import CompressionMode
from rosbags.rosbag2 import Reader
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer
from rosbags.typesys import get_typestore
from rosbags.typesys import Stores
from support_trackers import ScriptedTracker

from rat_tracker.bags.bag_tracker import BagTracker
from rat_tracker.bags.bag_tracker import Tally
from rat_tracker.bags.definitions import make_typestore
from rat_tracker.bags.errors import BagError
from rat_tracker.bags.first_image import find_first
from rat_tracker.bags.recorded import Recorded
from rat_tracker.bags.replay import every
from rat_tracker.bags.results import ResultBag
from rat_tracker.bags.source import Bag
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.target import Target
from rat_tracker.tracker import Tracker

TOPIC = '/camera/image_raw'
BEGIN = 1_700_000_000_000_000_000  # the first image's stamp, nanoseconds
PERIOD = 33_333_333
DELAY = 4_000_000  # from an image's stamp to its recording, nanoseconds
IMAGE = 'sensor_msgs/msg/Image'
COMPRESSED = 'sensor_msgs/msg/CompressedImage'
TEXT = 'std_msgs/msg/String'
STORE = get_typestore(Stores.ROS2_JAZZY)


def create(kind: str, **fields: Any) -> Any:
    """Return a message, its fields given by their names."""
    return STORE.types[kind](**fields)


def header(stamp: int, frame_id: str = 'camera') -> Any:
    return create('std_msgs/msg/Header', frame_id=frame_id, stamp=create(
        'builtin_interfaces/msg/Time', sec=stamp // 10**9, nanosec=stamp % 10**9))


def image_message(image: Image, stamp: int, **changes: Any) -> Any:
    """Return a ``bgr8`` message but for these fields."""
    fields = {
        'header': header(stamp), 'height': image.shape[0], 'width': image.shape[1],
        'encoding': 'bgr8', 'is_bigendian': 0, 'step': 3 * image.shape[1],
        'data': np.ascontiguousarray(image).reshape(-1), **changes}
    return create(IMAGE, **fields)


def compressed_message(image: Image, stamp: int, suffix: str = '.jpg') -> Any:
    data = cv2.imencode(suffix, image)[1].reshape(-1)
    return create(COMPRESSED, header=header(stamp), format=suffix[1:], data=data)


def stamp_of(index: int) -> int:
    return BEGIN + index * PERIOD


def spots(count: int) -> list[Any]:
    """Return messages in which the red spot of ``scene`` moves."""
    return [image_message(scene.picture(index), stamp_of(index)) for index in range(count)]


def write_bag(
    path: Path, messages: Iterable[Any], *, topic: str = TOPIC, storage: str = 'mcap',
    compression: str = 'none', others: Sequence[str] = (), times: Sequence[int] = (),
) -> Path:
    """Write messages, each recorded a little after its stamp, and a text beside each.

    :param others: more topics, of one image each
    :param times: of recording, where they are not to follow from the stamps
    """
    writer = Writer(path, version=9, storage_plugin=StoragePlugin[storage.upper()])
    writer.set_compression(CompressionMode[compression.upper()], CompressionFormat.ZSTD)
    with writer:
        talk = writer.add_connection('/talk', TEXT, typestore=STORE)
        for index, name in enumerate(others):
            connection = writer.add_connection(name, IMAGE, typestore=STORE)
            writer.write(connection, BEGIN + DELAY, STORE.serialize_cdr(
                image_message(scene.picture(index), BEGIN), IMAGE))
        connections: dict[str, Any] = {}
        for index, message in enumerate(messages):
            kind = message.__msgtype__
            if kind not in connections:
                connections[kind] = writer.add_connection(topic, kind, typestore=STORE)
            time = times[index] if times else (
                message.header.stamp.sec * 10**9 + message.header.stamp.nanosec + DELAY)
            writer.write(connections[kind], time, STORE.serialize_cdr(message, kind))
            writer.write(talk, time, STORE.serialize_cdr(create(TEXT, data='hello'), TEXT))
    return path


def storage_file(bag: Path) -> Path:
    """Return the one file that holds a bag's messages."""
    (file,) = (file for file in bag.iterdir() if file.name != 'metadata.yaml')
    return file


def in_two_files(folder: Path, storage: str) -> Path:
    """Return a bag of nine images, split after the fourth as recorders do."""
    messages = spots(9)
    bag = write_bag(folder / 'bag_0', messages[:4], storage=storage)
    rest = write_bag(folder / 'bag_1', messages[4:], storage=storage)
    second = bag / storage_file(rest).name
    storage_file(rest).rename(second)
    metadata = bag / 'metadata.yaml'
    first = f'- bag_0{second.suffix}'
    metadata.write_text(metadata.read_text().replace(
        f'  {first}\n', f'  {first}\n  - {second.name}\n'))
    assert second.name in metadata.read_text()
    return bag


def cut(file: Path, share: float) -> None:
    """Leave this share of a file."""
    with file.open('r+b') as opened:
        opened.truncate(int(file.stat().st_size * share))


def damaged(bag: Path) -> Path:
    """Overwrite a tenth in the middle of a bag's file, and return the bag."""
    file = storage_file(bag)
    size = file.stat().st_size
    with file.open('r+b') as opened:
        opened.seek(size // 2)
        opened.write(b'\xff' * (size // 10))
    return bag


def read(path: Path, topic: str | None = None) -> tuple[list[Recorded], str, list[str]]:
    """Return the images of a bag, what ended the reading, and the notes."""
    with Bag(path, make_typestore()) as bag:
        images = list(bag.messages(bag.choose(topic)))
        return images, bag.fault, bag.notes


def refusal(path: Path, topic: str | None = None) -> str:
    """Return why a bag is not read; one line."""
    with pytest.raises(BagError) as refused:
        read(path, topic)
    assert '\n' not in str(refused.value)
    return str(refused.value)


def read_bag(path: Path) -> dict[str, list[tuple[int, Any]]]:
    """Return the (time, message) of each topic, by plain rosbags and the types that are known."""
    store = make_typestore()
    found: dict[str, list[tuple[int, Any]]] = {}
    with Reader(path) as reader:
        for connection in reader.connections:
            found.setdefault(connection.topic, [])
        for connection, time, data in reader.messages():
            found[connection.topic].append(
                (time, store.deserialize_cdr(data, connection.msgtype)))
    return found


def follow(
    path: Path, output: Path, tracker: Tracker, *, box: Box | None = None, storage: str = 'mcap',
    overlay: bool = False, attention: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> Tally:
    """Do what the command does, with a tracker of the test's own."""
    store = make_typestore()
    with Bag(path, store) as bag:
        first, others = find_first(bag, bag.choose(None), 0.0, None, {})
        bag_tracker = BagTracker(first, box or scene.red_box(0))
        with ResultBag(output, storage, store, overlay=overlay, attention=attention) as results:
            bag_tracker.run(
                Target(tracker), every(first, others), results, stopped, lambda _: None)
    return bag_tracker.tally


def on_the_spot(count: int, scores: Sequence[float] = ()) -> ScriptedTracker:
    """Return a tracker that answers images 1 to ``count`` - 1 of ``spots`` rightly."""
    return ScriptedTracker([scene.red_box(index) for index in range(1, count)],
                           scores or [0.9] * (count - 1))

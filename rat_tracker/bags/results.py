"""The bag that is written: what ``tracker_node`` would publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import suppress
from pathlib import Path
import re
import shutil
import sqlite3
import tempfile
from types import TracebackType
from typing import Any

import numpy as np
from rosbags.interfaces import Connection
from rosbags.interfaces import Qos
from rosbags.interfaces import QosDurability
from rosbags.interfaces import QosHistory
from rosbags.interfaces import QosLiveliness
from rosbags.interfaces import QosReliability
from rosbags.interfaces import QosTime
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer
from rosbags.typesys.store import Typestore

from rat_tracker.bags.definitions import COMPRESSED_IMAGE
from rat_tracker.bags.errors import BagError
from rat_tracker.bags.errors import in_one_line
from rat_tracker.messages.detections import DETECTIONS
from rat_tracker.messages.detections import write_detections
from rat_tracker.messages.target import HISTORY_DEPTH
from rat_tracker.messages.target import StateChanges
from rat_tracker.messages.target import TARGET
from rat_tracker.messages.target import write_target
from rat_tracker.pipeline.boxes_csv import BoxRow
from rat_tracker.pipeline.boxes_csv import write_boxes
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.position.back_projection import Position
from rat_tracker.system.files import NO_ROOM
from rat_tracker.system.files import plain_path
from rat_tracker.system.pictures import encode_picture
from rat_tracker.system.pictures import PictureError

STORAGES = tuple(plugin.name.lower() for plugin in StoragePlugin)
_PLAIN_NAME = re.compile(r'[\w.+ -]{1,200}', re.ASCII)
_NODE = '/tracker_node'
_CLASS_ID = 'target'  # the node's default
_FOREVER = QosTime(9223372036, 854775807)  # how rosbag2 writes a duration without end
# Where the pictures go and what they are; as the node's topics with image_transport's suffix.
_OVERLAY = ('overlay/compressed', '.jpg', 'bgr8; jpeg compressed bgr8')
_ATTENTION = ('attention/compressed', '.png', 'mono8; png compressed ')


class ResultBag:
    """Write results into a new bag; use as a context manager.

    The bag is made beside its place and moved there when it is whole, so that whatever happens
    there is a whole one or none. Of one that can be written no longer, as on a full disk, the
    boxes are kept in a file of text beside its place.

    :param path: the bag's folder, which is not there yet
    :param storage: one of ``STORAGES``
    :raises BagError: it is there, or cannot be written
    """

    def __init__(
        self, path: Path, storage: str, store: Typestore, *, overlay: bool = False,
        attention: bool = False,
    ) -> None:
        self._path = path
        self._store = store
        self._types = store.types.__getitem__
        self._stack = ExitStack()
        self._unwritten: Counter[str] = Counter()  # pictures, by topic
        self._picture_faults: dict[str, str] = {}  # likewise, why the first one
        self._boxes: list[BoxRow] = []
        self._changes = StateChanges()
        with self._writing():
            require_free(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._workshop = Path(tempfile.mkdtemp(prefix='.rat_tracker-', dir=path.parent))
        try:
            with self._writing():
                place = self._stack.enter_context(plain_path(self._workshop))
                self._writer = Writer(  # the metadata's version is that of ROS 2 Jazzy
                    place / _file_name(path), version=Writer.VERSION_LATEST,
                    storage_plugin=StoragePlugin[storage.upper()])
                self._writer.open()
                self._target = self.topic('target', TARGET, HISTORY_DEPTH)
                self._state = self.topic('state', TARGET, 1, QosDurability.TRANSIENT_LOCAL)
                self._detections = self.topic('detections', DETECTIONS, HISTORY_DEPTH)
                self._overlay = self._picture(_OVERLAY) if overlay else None
                self._attention = self._picture(_ATTENTION) if attention else None
        except BaseException:
            self._discard()
            raise

    def __enter__(self) -> ResultBag:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        fault = error
        try:
            if kind is None:
                with self._writing():
                    self._writer.close()
                    require_free(self._path)
                    (self._workshop / _file_name(self._path)).rename(self._path)
        except BagError as unfinished:
            fault = unfinished
        finally:
            if fault is not None:
                # Closes the file, which else took up its place on a full disk once removed.
                with suppress(OSError, sqlite3.Error):  # what ended it tells more
                    self._writer.abort()
            self._discard()
        if isinstance(fault, BagError):
            raise BagError(f'{fault}{self._kept_boxes()}') from None

    @property
    def missing(self) -> list[str]:
        """Which pictures are not in the bag, and why; a line for each topic."""
        return [f'{count} pictures of {topic} are missing, the first because: '
                f'{self._picture_faults[topic]}' for topic, count in self._unwritten.items()]

    def write(
        self, result: TrackingResult, time: int, position: Position | None = None,
    ) -> None:
        """Write the result of one image, under its own header.

        :param time: when the image was recorded, nanoseconds
        :param position: where the target is, if that is known by now
        :raises BagError: it cannot be written
        """
        header = result.frame.message.header
        estimate = result.estimate
        self._boxes.append((result.frame.stamp, estimate.box, estimate.score, estimate.state))
        message = write_target(result, self._types)
        self.put(self._target, time, message)
        if self._changes.is_change(message):
            self.put(self._state, time, message)
        self.put(self._detections, time, write_detections(
            result, _CLASS_ID, position, self._types))
        if self._overlay is not None:
            self._write_picture(self._overlay, _OVERLAY, time, header, result.overlay())
        if self._attention is not None:
            self._write_picture(self._attention, _ATTENTION, time, header, result.attention())

    def topic(
        self, name: str, kind: str, depth: int,
        durability: QosDurability = QosDurability.VOLATILE,
    ) -> Connection:
        """Add one of the node's topics, offered as RELIABLE and KEEP_LAST of this depth.

        :param kind: the type of its messages
        :raises BagError: it cannot be written
        """
        with self._writing():
            return self._writer.add_connection(
                f'{_NODE}/{name}', kind, typestore=self._store, offered_qos_profiles=[Qos(
                    QosHistory.KEEP_LAST, depth, QosReliability.RELIABLE, durability,
                    deadline=_FOREVER, lifespan=_FOREVER, liveliness=QosLiveliness.AUTOMATIC,
                    liveliness_lease_duration=_FOREVER, avoid_ros_namespace_conventions=False)])

    def put(self, connection: Connection, time: int, message: Any) -> None:
        """Write one message.

        :param connection: what ``topic`` returned
        :param time: when its image was recorded, nanoseconds
        :raises BagError: it cannot be written
        """
        with self._writing():
            self._writer.write(
                connection, time, self._store.serialize_cdr(message, connection.msgtype))

    def _picture(self, kind: tuple[str, str, str]) -> Connection:
        return self.topic(kind[0], COMPRESSED_IMAGE, 1)

    def _write_picture(
        self, connection: Connection, kind: tuple[str, str, str], time: int, header: Any,
        picture: Any,
    ) -> None:
        _, suffix, text = kind
        try:
            data = np.frombuffer(encode_picture(picture, suffix), np.uint8)
        except PictureError as error:
            self._unwritten[connection.topic] += 1
            self._picture_faults.setdefault(connection.topic, str(error))
            return
        self.put(connection, time, self._types(COMPRESSED_IMAGE)(
            header=header, format=text, data=data))

    def _kept_boxes(self) -> str:
        """Write the boxes beside the place of the bag; return what is to be said of that."""
        path = self._path.with_name(f'{self._path.name}_boxes.csv')
        if not self._boxes:
            return ''
        try:
            write_boxes(path, self._boxes)
        except OSError as error:
            return f'; nor can the boxes be written to {path}: {error.strerror}'
        return f'; the boxes of the {len(self._boxes)} images until then are in {path}'

    def _discard(self) -> None:
        self._stack.close()
        shutil.rmtree(self._workshop, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            said = error.strerror if isinstance(error, OSError) else None
            # Whether SQLite has room is told by its words only.
            room = 'make room, or ' if isinstance(error, sqlite3.Error) or (
                error.errno in NO_ROOM) else ''
            raise BagError(f'{self._path} cannot be written: {said or in_one_line(error)}; {room}'
                           'name another folder with --output') from None


def _file_name(bag: Path) -> str:
    """Return what a new bag's file is called, as its folder if rosbags can deal with that."""
    return bag.name if _PLAIN_NAME.fullmatch(bag.name) else 'bag'


def require_free(path: Path) -> None:
    """Raise ``BagError`` if there is something at the path of a new bag."""
    if path.exists() or path.is_symlink():
        raise BagError(f'{path} exists already; remove it, or name another folder with --output')

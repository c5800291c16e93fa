"""The bag that is written: what ``tracker_node`` would publish."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path
import shutil
import sqlite3
import tempfile
from types import TracebackType
from typing import Any

import cv2
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
from rat_tracker.bags.readers import IN_URI
from rat_tracker.messages.target import DETECTIONS
from rat_tracker.messages.target import HISTORY_DEPTH
from rat_tracker.messages.target import StateChanges
from rat_tracker.messages.target import TARGET
from rat_tracker.messages.target import write_detections
from rat_tracker.messages.target import write_target
from rat_tracker.pipeline.result import TrackingResult

STORAGES = tuple(plugin.name.lower() for plugin in StoragePlugin)
_NODE = '/tracker_node'
_CLASS_ID = 'target'  # the node's default
_FOREVER = QosTime(9223372036, 854775807)  # how rosbag2 writes a duration without end
# Where the pictures go and what they are; as the node's topics with image_transport's suffix.
_OVERLAY = ('overlay/compressed', '.jpg', 'bgr8; jpeg compressed bgr8')
_ATTENTION = ('attention/compressed', '.png', 'mono8; png compressed ')


class ResultBag:
    """Write results into a new bag; use as a context manager.

    The bag is made beside its place and moved there when it is whole, so that whatever happens
    there is a whole one or none.

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
        self._changes = StateChanges()
        with self._writing():
            require_free(path)
            if storage == 'sqlite3' and str(path) != str(path).translate(IN_URI):
                raise BagError(f'{path} has one of #, ? and % in its name, with which rosbags '
                               'writes no sqlite3; name another folder with --output, or take '
                               '--storage mcap')
            path.parent.mkdir(parents=True, exist_ok=True)
            self._workshop = Path(tempfile.mkdtemp(prefix=f'.{path.name}.', dir=path.parent))
        try:
            with self._writing():
                self._writer = Writer(  # the metadata's version is that of ROS 2 Jazzy
                    self._workshop / path.name, version=Writer.VERSION_LATEST,
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
        try:
            if kind is None:
                with self._writing():
                    self._writer.close()
                    require_free(self._path)
                    (self._workshop / self._path.name).rename(self._path)
            else:
                with suppress(OSError, sqlite3.Error):  # what ended it tells more
                    self._writer.abort()
        finally:
            self._discard()

    def write(self, result: TrackingResult, time: int) -> None:
        """Write the result of one image, under its own header.

        :param time: when the image was recorded, nanoseconds
        :raises BagError: it cannot be written
        """
        header = result.frame.message.header
        message = write_target(result, self._types)
        self.put(self._target, time, message)
        if self._changes.is_change(message):
            self.put(self._state, time, message)
        self.put(self._detections, time, write_detections(
            result, _CLASS_ID, self._types))
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
        data = cv2.imencode(suffix, picture)[1].reshape(-1)
        self.put(connection, time, self._types(COMPRESSED_IMAGE)(
            header=header, format=text, data=data))

    def _discard(self) -> None:
        shutil.rmtree(self._workshop, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            said = error.strerror if isinstance(error, OSError) else None
            raise BagError(f'{self._path} cannot be written: {said or in_one_line(error)}; name '
                           'another folder with --output, or make room') from None


def require_free(path: Path) -> None:
    """Raise ``BagError`` if there is something at the path of a new bag."""
    if path.exists() or path.is_symlink():
        raise BagError(f'{path} exists already; remove it, or name another folder with --output')

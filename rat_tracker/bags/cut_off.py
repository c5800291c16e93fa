"""Read what is left of files that were cut off, which rosbags refuses.

A recorder that was killed and a copy that was not finished leave such files: MCAP without its
index at the end, SQLite with fewer pages than its first one says. Both are written from the
front to the back, so that all up to the cut is whole.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Generator
from pathlib import Path
import sqlite3
from typing import BinaryIO
from typing import TYPE_CHECKING

from rosbags.interfaces import Connection
from rosbags.interfaces import ConnectionExtRosbag2
from rosbags.interfaces import MessageDefinition
from rosbags.interfaces import MessageDefinitionFormat
from rosbags.rosbag2.metadata import parse_qos
from rosbags.rosbag2.storage_mcap import McapReader
from rosbags.rosbag2.storage_sqlite3 import Sqlite3Reader

if TYPE_CHECKING:
    from rosbags.interfaces.typing import RPath

_MAGIC = b'\x89MCAP0\r\n'
_RECORD_HEAD = 9  # bytes: one says what it is, eight how long it is
_DATA_END = 0x0F  # the record between the messages and their index
_UNKNOWN = 2**63 - 1
# rosbags opens SQLite's files by URIs, in which these mean something (sqlite.org/uri.html).
IN_URI = str.maketrans({'%': '%25', '#': '%23', '?': '%3f'})

Messages = Generator[tuple[Connection, int, bytes], None, None]


class PatientMcapReader(McapReader):
    """Read the records before the cut where there is no index."""

    cut_off = False

    def open(self) -> None:
        try:
            super().open()
        except Exception:  # noqa: BLE001 - whatever its parser met at the end of the file
            self.bio = self.path.open('rb')
            try:
                begin = self._begin_of_records(self.bio)
                if begin is None:
                    raise
                self._take_up_to_the_cut(self.bio, begin)
            except BaseException:
                self.close()
                raise
            self.cut_off = True

    def messages(
        self, connections: Collection[Connection], start: int | None = None,
        stop: int | None = None,
    ) -> Messages:
        if self.chunks:
            yield from super().messages(connections, start, stop)
        else:  # without an index rosbags refuses to go on where a time is before the last one
            yield from self.messages_scan(connections, start, stop)

    @staticmethod
    def _begin_of_records(file: BinaryIO) -> int | None:
        """Return where the first record after the head begins; None if it is no MCAP of ROS 2."""
        head = file.read(len(_MAGIC) + _RECORD_HEAD)
        length = int.from_bytes(head[-8:], 'little')
        ros2 = head[:9] == _MAGIC + b'\x01' and file.read(8) == b'\x04\0\0\0ros2'
        return len(head) + length if ros2 else None

    def _take_up_to_the_cut(self, file: BinaryIO, begin: int) -> None:
        size = file.seek(0, 2)
        position = begin
        while position + _RECORD_HEAD <= size:
            file.seek(position)
            head = file.read(_RECORD_HEAD)
            end = position + _RECORD_HEAD + int.from_bytes(head[1:], 'little')
            if head[0] == _DATA_END or end > size:
                break
            position = end
        self.data_start, self.data_end = begin, min(position, size)
        for collection in (self.schemas, self.channels, self.chunks, self.connections):
            collection.clear()
        self.meta_scan()
        if self.statistics is not None:
            self.metadata = self.metadata._replace(start_time=self.statistics.start_time)


class PatientSqlite3Reader(Sqlite3Reader):
    """Read messages in the order of recording until a page is missing."""

    _rest: sqlite3.Connection | None = None  # while a file is open that was cut off

    def __init__(self, path: RPath) -> None:
        super().__init__(Path(str(path).translate(IN_URI)))

    @property
    def cut_off(self) -> bool:
        return self._rest is not None

    def open(self) -> None:
        try:
            super().open()
        except Exception:  # whatever its queries met
            self._rest = sqlite3.connect(f'file:{self.path}?immutable=1', uri=True)
            try:
                self._take_up_to_the_cut(self._rest)
            except sqlite3.DatabaseError:
                self._rest.close()
                self._rest = None
            if self._rest is None:  # the first error tells more
                raise

    def _take_up_to_the_cut(self, rest: sqlite3.Connection) -> None:
        # Else SQLite refuses a file that has less pages than it should.
        rest.execute('PRAGMA writable_schema=ON')
        rest.row_factory = sqlite3.Row
        rows = rest.execute('SELECT * FROM topics ORDER BY id').fetchall()
        begin = rest.execute(
            'SELECT timestamp FROM messages NOT INDEXED ORDER BY id LIMIT 1').fetchone()
        none = MessageDefinition(MessageDefinitionFormat.NONE, '')
        for row in rows:
            known = dict(row)
            extra = ConnectionExtRosbag2(
                row['serialization_format'], parse_qos(known.get('offered_qos_profiles') or ''))
            self.connections.append(Connection(
                row['id'], row['name'], row['type'], none,
                known.get('type_description_hash') or '', 0, extra, self))
        self.metadata = self.metadata._replace(
            start_time=_UNKNOWN if begin is None else begin['timestamp'])

    def close(self) -> None:
        if self._rest is None:
            super().close()
        else:
            self._rest.close()
            self.connections.clear()

    def messages(
        self, connections: Collection[Connection], start: int | None = None,
        stop: int | None = None,
    ) -> Messages:
        if self._rest is None:
            yield from super().messages(connections, start, stop)
            return
        by_id = {connection.id: connection for connection in connections}
        # By the rows themselves: pages of an index are missing, too.
        found = self._rest.execute(
            'SELECT topic_id, timestamp, data FROM messages NOT INDEXED ORDER BY id')
        while True:
            try:
                row = next(found, None)
            except sqlite3.DatabaseError:  # the cut
                return
            if row is None:
                return
            topic, time, data = row
            if topic in by_id and (start is None or time >= start) and (
                    stop is None or time < stop):
                yield by_id[topic], time, data

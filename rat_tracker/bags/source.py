"""The messages of a ROS 2 bag, one at a time, whatever can be read of it."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import suppress
from pathlib import Path
import shutil
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from backports import zstd
from rosbags.interfaces import Connection
from rosbags.rosbag2.storage_mcap import McapReader
from rosbags.typesys.store import Typestore

from rat_tracker.bags.errors import BagError
from rat_tracker.bags.errors import in_one_line
from rat_tracker.bags.readers import AnyPathSqlite3Reader
from rat_tracker.bags.readers import FolderReader
from rat_tracker.bags.readers import Messages
from rat_tracker.bags.recorded import Auxiliary
from rat_tracker.bags.recorded import Recorded
from rat_tracker.bags.storage import EMPTY_REMEDY
from rat_tracker.bags.storage import packed_files
from rat_tracker.bags.storage import recovering
from rat_tracker.bags.storage import storage_files
from rat_tracker.bags.storage import unpacking
from rat_tracker.bags.topics import choose_topic
from rat_tracker.bags.topics import Kind
from rat_tracker.bags.topics import require_topic
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.system.files import is_lfs_pointer
from rat_tracker.system.files import lfs_remedy
from rat_tracker.system.files import start_of
from rat_tracker.system.shell import shell_path
from rat_tracker.video import natural_order

_Reader = FolderReader | McapReader | AnyPathSqlite3Reader
_ZSTD_START = b'\x28\xb5\x2f\xfd'
_UNKNOWN_COMPRESSION = 'Compression format'  # how rosbags begins to say that of messages
_MISSING = 'Some database files are missing'  # likewise of files that metadata.yaml names
_NEVER = 2**63 - 1  # rosbags' word for no time


class Bag:
    """A bag that is open for reading.

    :raises BagError: there is none, or nothing of it can be read
    """

    def __init__(self, path: Path, store: Typestore) -> None:
        self._path = path
        self._store = store
        self._stack = ExitStack()
        self._files = storage_files(path)
        self._faults: dict[str, str] = {}  # why not all of it was read, and what to do about it
        self.notes: list[str] = []  # what its user should know
        self._readers = self._open()

    def __enter__(self) -> Bag:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def fault(self) -> str:
        """Why not all of it was read; empty where it was."""
        return '; '.join(self._faults)

    @property
    def remedy(self) -> str:
        """What to do about that."""
        return '; '.join(self._faults.values())

    @property
    def begin(self) -> int:
        """When its first message was recorded, nanoseconds; 0 where it holds none."""
        return min((reader.metadata.start_time for reader in self._readers
                    if _is_time(reader.metadata.start_time)), default=0)

    def choose(self, name: str | None, depth: str | None = None) -> str:
        """Return the topic that is meant; the only one with images where none is named.

        :param depth: the topic that somebody named for depth, which is not meant
        :raises BagError: there is none, or it is no topic of images
        """
        if not self._connections():
            raise BagError(f'{self._path} is empty: it has no topic')
        return choose_topic(self._path, self._connections(), name, self._store, depth)

    def require(self, name: str, kind: Kind) -> str:
        """Return the topic of this name, with a slash before it or not.

        :raises BagError: there is none, or it is of another type
        """
        return require_topic(self._path, self._connections(), name, kind, self._store)

    def count(self, topic: str) -> int:
        """Return how many messages a topic has."""
        return sum(connection.msgcount for connection in self._connections()
                   if connection.topic == topic)

    def messages(
        self, topic: str, start: int | None = None, *, stop: int | None = None,
        auxiliary: Auxiliary = MappingProxyType({}),
    ) -> Iterator[Recorded]:
        """Yield the messages of a topic in order of their recording, as far as they can be read.

        :param start: nanoseconds; those recorded earlier are left out
        :param stop: nanoseconds; those recorded then or later are left out
        :param auxiliary: who is called with the messages of other topics, which come in between
        """
        for name, messages in self._parts({topic, *auxiliary}, start, stop):
            while True:
                try:
                    found = next(messages, None)
                except Exception as error:  # noqa: BLE001 - damage makes parsers raise anything
                    self._on_damage(name, error)
                    break
                if found is None:
                    break
                if found[0].topic == topic:
                    yield self._read(*found)
                else:
                    auxiliary[found[0].topic](self._read(*found))

    def _parts(
        self, topics: Collection[str], start: int | None, stop: int | None,
    ) -> Iterator[tuple[str, Messages]]:
        """Yield each file's name and messages, in the order of their recording."""
        for reader in self._readers:
            chosen = [one for one in reader.connections if one.topic in topics]
            if not chosen:
                continue
            if isinstance(reader, FolderReader):
                yield from reader.parts(chosen, start, stop)
            else:
                yield Path(str(reader.path)).name, reader.messages(chosen, start, stop)

    def _read(self, connection: Connection, time: int, data: bytes) -> Recorded:
        if not _is_time(time):
            return Recorded(0, None, f'it was recorded at {time}, which is no time')
        try:
            if data[:4] == _ZSTD_START:  # no message begins so; metadata.yaml may be missing
                data = zstd.decompress(data)
            message: Any = self._store.deserialize_cdr(data, connection.msgtype)
        except Exception as error:  # noqa: BLE001 - as above
            return Recorded(time, None, f'its bytes are no {connection.msgtype} '
                                        f'({in_one_line(error)})')
        stamp = message.header.stamp
        if stamp.sec < 0 or stamp.nanosec >= NANOSECONDS:
            return Recorded(time, None, f'its stamp, {stamp.sec} s and {stamp.nanosec} ns, is '
                                        'no time; mend the camera driver')
        return Recorded(time, message)

    def _connections(self) -> list[Connection]:
        return [connection for reader in self._readers for connection in reader.connections]

    def _on_damage(self, name: str, error: Exception) -> None:
        file = next((file for file in self._files if file.name == name), None)
        # Else it was unpacked for this; once that is done for good, its own remedy can be named.
        remedy = f'unpack its files: {unpacking(self._path)}' if file is None else (
            f'to save what is left: {recovering(file)}')
        whole = self._path if file is None or len(self._files) == 1 else file
        self._faults[f'{whole} is damaged: {in_one_line(error)}'] = remedy

    def _open(self) -> list[_Reader]:
        for file in self._files:
            if note := _unread_log(file):
                self.notes.append(note)
        metadata = self._path / 'metadata.yaml'
        if not (self._path.is_dir() and metadata.is_file()):
            return self._open_files()
        try:
            return [self._opened(FolderReader(self._path))]
        except Exception as error:  # noqa: BLE001 - as above
            fault = in_one_line(error)
        if is_lfs_pointer(start_of(metadata)):
            raise BagError(f'{metadata} cannot be read: {lfs_remedy(metadata)}')
        if fault.startswith(_UNKNOWN_COMPRESSION):
            raise BagError(f'bag {self._path} cannot be read: {fault}')
        if not (self._files or packed_files(self._path)):
            raise BagError(f'bag {self._path} cannot be read: {fault}' + (
                '; put them back' if fault.startswith(_MISSING) else ''))
        readers = self._open_files()
        reindexing = f'ros2 bag reindex {shell_path(self._path)}'
        if fault.startswith(_MISSING):
            self._faults[f'{self._path} is not whole: {fault}'] = (
                f'put them back or, to do without them, make a new metadata.yaml: {reindexing}')
        elif not self._faults:  # else that is why
            self.notes.append(f'metadata.yaml is of no use ({fault}); read without it; for a new '
                              f'one: {reindexing}')
        return readers

    def _open_files(self) -> list[_Reader]:
        """Open those of the files that can be opened.

        :raises BagError: there is none
        """
        readers: list[_Reader] = []
        packed = packed_files(self._path) if self._path.is_dir() else []
        for file in sorted([*self._files, *packed], key=natural_order):
            try:
                plain = self._unpacked(file) if file in packed else file
                readers.append(self._opened(
                    McapReader(plain) if plain.suffix == '.mcap' else AnyPathSqlite3Reader(plain)))
            except Exception as error:  # noqa: BLE001 - as above
                fault, remedy = _unopened(file, error)
                self._faults[fault] = remedy
        if not readers:
            self._stack.close()
            raise BagError('; '.join(next(iter(self._faults.items()))))
        return readers

    def _unpacked(self, file: Path) -> Path:
        """Return a copy of a compressed file that is not, as long as the bag is open."""
        folder = Path(self._stack.enter_context(TemporaryDirectory(prefix='rat_tracker_')))
        plain = folder / file.stem
        with zstd.open(file) as packed, plain.open('wb') as target:
            shutil.copyfileobj(packed, target)
        return plain

    def _opened(self, reader: _Reader) -> _Reader:
        reader.open()
        self._stack.callback(reader.close)
        return reader


def _unread_log(file: Path) -> str:
    """Return what to do where SQLite left messages beside a file; empty where it did not."""
    log = Path(f'{file}-wal')
    if not (log.is_file() and log.stat().st_size):
        return ''
    return (f'the newest messages lie in {log}, which is not read; to move them into the bag: '
            f"sqlite3 {shell_path(file)} 'PRAGMA wal_checkpoint(TRUNCATE)'")


def _unopened(file: Path, error: Exception) -> tuple[str, str]:
    """Return why a file cannot be opened, and what to do about it."""
    with suppress(OSError):  # which is why it cannot
        if is_lfs_pointer(start_of(file)):
            return f'{file} cannot be read', lfs_remedy(file)
        if not file.stat().st_size:
            return f'{file} is empty', EMPTY_REMEDY
    if file.suffix == '.zstd':
        return (f'{file} cannot be read: {in_one_line(error)}',
                f'unpack its files: {unpacking(file.parent)}')
    # What lies beside the file may be all that it lacks.
    return f'{file} cannot be read: {in_one_line(error)}', _unread_log(file) or (
        f'if it is damaged or cut off, to save what is left: {recovering(file)}')


def _is_time(value: object) -> bool:
    """Return whether this is a time in nanoseconds since 1970, whatever a damaged bag holds."""
    return isinstance(value, int) and 0 <= value < _NEVER

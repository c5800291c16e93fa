"""rosbags' readers, forgiving what does not matter for the messages."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Generator
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rosbags.interfaces import Connection
from rosbags.rosbag2.reader import DirectoryReader
from rosbags.rosbag2.storage_mcap import McapReader
from rosbags.rosbag2.storage_sqlite3 import Sqlite3Reader

if TYPE_CHECKING:
    from rosbags.rosbag2.reader import ReaderProtocol

# rosbags opens SQLite's files by URIs, in which these mean something (sqlite.org/uri.html).
IN_URI = str.maketrans({'%': '%25', '#': '%23', '?': '%3f'})


class AnyPathSqlite3Reader(Sqlite3Reader):
    """Read a file whatever its path has in it."""

    def open(self) -> None:
        path, self.path = self.path, Path(str(self.path).translate(IN_URI))
        try:
            super().open()
        finally:
            self.path = path


class FolderReader(DirectoryReader):
    """Its files may say another QoS than ``metadata.yaml``.

    Messages that were compressed one by one are yielded as they are.

    rosbags 0.11.9 silently leaves out topics whose QoS differs, as of bags that were rewritten or
    whose metadata were made anew.
    """

    STORAGE_PLUGINS: Mapping[str, type[ReaderProtocol]] = {
        'mcap': McapReader, 'sqlite3': AnyPathSqlite3Reader}

    file_name = ''  # of the file that is being read

    def messages(
        self, connections: Collection[Connection], start: int | None = None,
        stop: int | None = None,
    ) -> Generator[tuple[Connection, int, bytes], None, None]:
        wanted = {(one.topic, one.msgtype): one for one in connections}
        for storage in self.storages:
            chosen = [one for one in storage.connections if (one.topic, one.msgtype) in wanted]
            if not chosen:
                continue
            assert isinstance(storage, McapReader | AnyPathSqlite3Reader)
            self.file_name = Path(str(storage.path)).name
            for one, time, data in storage.messages(chosen, start, stop):
                yield wanted[one.topic, one.msgtype], time, data

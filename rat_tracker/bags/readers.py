"""rosbags' readers, forgiving what does not matter for the messages."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from rosbags.interfaces import Connection
from rosbags.rosbag2.reader import DirectoryReader
from rosbags.rosbag2.storage_mcap import McapReader
from rosbags.rosbag2.storage_sqlite3 import Sqlite3Reader

if TYPE_CHECKING:
    from rosbags.rosbag2.reader import ReaderProtocol

Messages = Iterator[tuple[Connection, int, bytes]]  # with the time of recording, nanoseconds


class AnyPathSqlite3Reader(Sqlite3Reader):
    """Read a file whatever its path has in it: rosbags opens it by a URI (sqlite.org/uri.html)."""

    def open(self) -> None:
        path, self.path = self.path, Path(quote(os.fsencode(str(self.path))))
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

    def parts(
        self, connections: Collection[Connection], start: int | None, stop: int | None,
    ) -> Iterator[tuple[str, Messages]]:
        """Yield the name of each file that has such messages, and those; one may be damaged."""
        wanted = {(one.topic, one.msgtype): one for one in connections}
        for storage in self.storages:
            chosen = [one for one in storage.connections if (one.topic, one.msgtype) in wanted]
            if chosen:
                assert isinstance(storage, McapReader | AnyPathSqlite3Reader)
                yield Path(str(storage.path)).name, (
                    (wanted[one.topic, one.msgtype], time, data)
                    for one, time, data in storage.messages(chosen, start, stop))

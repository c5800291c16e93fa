"""Read a bag's folder, forgiving what does not matter for its messages."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rosbags.interfaces import Connection
from rosbags.rosbag2.reader import DirectoryReader

from rat_tracker.bags.cut_off import Messages
from rat_tracker.bags.cut_off import PatientMcapReader
from rat_tracker.bags.cut_off import PatientSqlite3Reader

if TYPE_CHECKING:
    from rosbags.rosbag2.reader import ReaderProtocol


class PatientDirectoryReader(DirectoryReader):
    """Its files may be cut off, and say another QoS than ``metadata.yaml``.

    Messages that were compressed one by one are yielded as they are.

    rosbags 0.11.9 silently leaves out topics whose QoS differs, as of bags that were rewritten or
    whose metadata were made anew.
    """

    STORAGE_PLUGINS: Mapping[str, type[ReaderProtocol]] = {
        'mcap': PatientMcapReader, 'sqlite3': PatientSqlite3Reader}

    def messages(
        self, connections: Collection[Connection], start: int | None = None,
        stop: int | None = None,
    ) -> Messages:
        wanted = {(one.topic, one.msgtype): one for one in connections}
        for storage in self.storages:
            chosen = [one for one in storage.connections if (one.topic, one.msgtype) in wanted]
            if not chosen:
                continue
            for one, time, data in storage.messages(chosen, start, stop):
                yield wanted[one.topic, one.msgtype], time, data

"""The shared memory that Fast DDS's processes have on this machine, and whose it is.

Each participant makes a file /dev/shm/fastrtps_<16 digits> and holds <the same>_el open as long as
it lives; who only receives maps the segment, and holds no such file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
import os
from pathlib import Path
import re

_SEGMENT = re.compile(r'(?:fastrtps|fastdds)_[0-9a-f]{16}')
_HELD = '_el'
MEMORY = Path('/dev/shm')


@dataclass(frozen=True, slots=True)
class Segments:
    """What was found at one moment; what belongs to other users cannot all be seen."""

    total: int  # bytes of the file system
    free: int
    owned: dict[int, int]  # process → bytes of its largest segment
    abandoned: int        # segments of this user that no process holds
    abandoned_bytes: int


def segments(memory: Path = MEMORY, processes: Path = Path('/proc')) -> Segments:
    """Return the segments there are.

    :raises OSError: there is no shared memory
    """
    room = os.statvfs(memory)
    sizes = dict(_sizes(memory))
    owned: dict[int, int] = {}
    held = set()
    for process, name in _holders(memory, processes):
        held.add(name)
        if name in sizes:
            owned[process] = max(owned.get(process, 0), sizes[name][0])
    abandoned = [size for name, (size, user) in sizes.items()
                 if name not in held and user == os.getuid()]
    return Segments(room.f_blocks * room.f_frsize, room.f_bavail * room.f_frsize, owned,
                    len(abandoned), sum(abandoned))


def _sizes(memory: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for entry in os.scandir(memory):
        if _SEGMENT.fullmatch(entry.name):
            try:
                status = entry.stat()
            except OSError:  # its process ended
                continue
            yield entry.name, (status.st_size, status.st_uid)


def _holders(memory: Path, processes: Path) -> Iterator[tuple[int, str]]:
    start = f'{memory}/'
    for folder in processes.glob('[0-9]*'):
        for link in _open_files(folder):
            name = link.removeprefix(start).removesuffix(_HELD)
            if link.endswith(_HELD) and _SEGMENT.fullmatch(name):
                yield int(folder.name), name


def _open_files(folder: Path) -> Iterator[str]:
    try:
        for entry in (folder / 'fd').iterdir():
            with suppress(FileNotFoundError):  # it was closed meanwhile
                yield str(entry.readlink())
    except OSError:  # the process ended, or belongs to another user
        return

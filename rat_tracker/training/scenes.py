"""Which clips and which pictures show the same scene, and so belong to one side of a division."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from collections.abc import Iterable
from collections.abc import Sequence as List
import os
from pathlib import Path
import re

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.frames import VideoFile
from rat_tracker.datasets.stills import Still

# Bytes at a file's end by which files of one size are compared: compressed pixels, which no two
# pictures share.
_TAIL = 1024
_VERSION = re.compile(r'[._]rf\.[0-9a-f]+')  # how Roboflow marks augmented versions of a picture


def clip_scenes(sequences: List[Sequence], common: List[str | None]) -> list[str]:
    """Return the name of each sequence's scene: the first, in order, of those that share it.

    Two sequences share a scene where one has a frame of the other (a file of the same content), is
    called like the other behind an underscore (``DAVIS_bear``, ``bear``), or where that is said.

    :param common: for each sequence the name of the video that it is a part of, where one is said
    :raises DatasetError: a frame cannot be read
    """
    joined = _Joined(len(sequences))
    by_name = {sequence.name: index for index, sequence in enumerate(sequences)}
    files: list[tuple[int, Path]] = []
    for index, sequence in enumerate(sequences):
        if common[index] is not None:
            joined.join(index, ('video', common[index]))
        parts = sequence.name.split('_')
        for start in range(1, len(parts)):
            other = by_name.get('_'.join(parts[start:]))
            if other is not None:
                joined.join_both(index, other)
        joined.join(index, ('name', sequence.name))
        frames = sequence.frames
        if isinstance(frames, VideoFile):
            files.append((index, frames.path))
        elif isinstance(frames, ImageFiles):
            files += [(index, path) for path in frames.paths]
    for index, content in _contents(files):
        joined.join(index, content)
    return joined.names([sequence.name for sequence in sequences])


def still_scenes(stills: List[Still]) -> list[str]:
    """Return the name of each picture's scene.

    Two pictures share one where they have the same content, or the same name up to what Roboflow
    adds to it for augmented versions.

    :raises DatasetError: a picture cannot be read
    """
    joined = _Joined(len(stills))
    names = [f'{still.group}/{_VERSION.sub("", still.name)}' for still in stills]
    for index, name in enumerate(names):
        joined.join(index, name)
    for index, content in _contents([(index, still.path) for index, still in enumerate(stills)]):
        joined.join(index, content)
    return joined.names(names)


class _Joined:
    """Numbers, some of which belong together (union by the smallest)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))
        self._owners: dict[Hashable, int] = {}

    def join(self, index: int, key: Hashable) -> None:
        """Join a number with all that have the same key."""
        self.join_both(index, self._owners.setdefault(key, index))

    def join_both(self, first: int, second: int) -> None:
        first, second = self._root(first), self._root(second)
        self._parents[max(first, second)] = min(first, second)

    def _root(self, index: int) -> int:
        while self._parents[index] != index:
            self._parents[index] = self._parents[self._parents[index]]
            index = self._parents[index]
        return index

    def names(self, names: List[str]) -> list[str]:
        """Return for each number the smallest name of those that belong together."""
        smallest: dict[int, str] = {}
        for index, name in enumerate(names):
            root = self._root(index)
            smallest[root] = min(name, smallest.get(root, name))
        return [smallest[self._root(index)] for index in range(len(names))]


def _contents(files: Iterable[tuple[int, Path]]) -> list[tuple[int, Hashable]]:
    """Return what tells the contents of files apart; nothing for those of a size of their own."""
    sizes: defaultdict[int, list[tuple[int, Path]]] = defaultdict(list)
    path = Path()
    try:
        for index, path in files:
            sizes[path.stat().st_size].append((index, path))
        return [(index, (size, _tail(path, size))) for size, alike in sizes.items()
                if len(alike) > 1 for index, path in alike]
    except OSError as error:
        raise DatasetError(f'{path} cannot be read: {error.strerror}; replace the file') from None


def _tail(path: Path, size: int) -> bytes:
    with path.open('rb') as file:
        file.seek(max(size - _TAIL, 0), os.SEEK_SET)
        return file.read()

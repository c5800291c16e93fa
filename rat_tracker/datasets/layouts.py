"""Which layout a data set is in, and where its sequences are.

OTB, VOT, GOT-10k and LaSOT have a folder for each sequence. Such folders lie in the data set's
folder or one level below, or it is one itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
import os
from pathlib import Path

from rat_tracker.datasets import got10k
from rat_tracker.datasets import lasot
from rat_tracker.datasets import otb
from rat_tracker.datasets import uav123
from rat_tracker.datasets import videos
from rat_tracker.datasets import vot
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import read_lines

_LIST = 'list.txt'  # of the sequences beside it that belong to the data set


@dataclass(frozen=True)
class Layout:
    """A way to store a sequence in a folder.

    :param load: given the folder and the sequence's name
    :param listed: whether a list of sequences may lie beside them
    """

    name: str
    recognises: Callable[[Path], bool]
    load: Callable[[Path, str], list[Sequence]]
    listed: bool = False


# VOT's only mark is a name that others have, too: it comes last.
LAYOUTS = (
    Layout('OTB', otb.recognises, otb.load),
    Layout('GOT-10k', got10k.recognises, got10k.load, listed=True),
    Layout('LaSOT', lasot.recognises, lasot.load),
    Layout('VOT', vot.recognises, vot.load, listed=True),
)


@dataclass(frozen=True)
class Dataset:
    """Recorded sequences.

    :param layout: whose: OTB, VOT, GOT-10k, LaSOT, UAV123 or videos
    """

    layout: str
    sequences: list[Sequence]


def open_dataset(folder: Path) -> Dataset:
    """Recognise a data set by the files that are there and read all but its images.

    All paths are absolute: images may be read in another working directory or on another machine.

    :raises DatasetError: nothing is there, or a sequence is not as it should be
    """
    if not is_folder(folder):
        raise DatasetError(f'data set {folder} is not a folder; name one that holds sequences')
    folder = folder.resolve()
    if uav123.recognises(folder):
        return _checked('UAV123', uav123.load(folder))
    found = _find(folder)
    if found:
        layout = _only_layout(found)
        listed = _listed(found) if layout.listed else list(found)
        named = zip(listed, _names(listed), strict=True)
        return _checked(layout.name, [
            sequence for path, name in named for sequence in layout.load(path, name)])
    if videos.recognises(folder):
        return _checked('videos', videos.load(folder))
    raise DatasetError(
        f'{folder} holds no sequence; looked in it and two levels below for groundtruth_rect.txt '
        '(OTB) and groundtruth.txt (VOT, GOT-10k, LaSOT), in it for anno and data_seq (UAV123) '
        'and for videos; name the folder that holds them')


def _find(folder: Path) -> dict[Path, Layout]:
    """Return the folders of sequences with their layouts; there are none in one that is one."""
    found: dict[Path, Layout] = {}
    level = [folder]
    for _ in range(3):
        deeper = []
        for path in level:
            layout = next((layout for layout in LAYOUTS if layout.recognises(path)), None)
            if layout is None:
                deeper.append(path)
            else:
                found[path] = layout
        level = [inside for path in deeper for inside in contents(path) if is_folder(inside)]
    return found


def _only_layout(found: dict[Path, Layout]) -> Layout:
    first_path, first = next(iter(found.items()))
    for path, layout in found.items():
        if layout is not first:
            raise DatasetError(
                f'{first_path} is in the layout of {first.name} and {path} in that of '
                f'{layout.name}; move the sequences of one to a folder of their own')
    return first


def _listed(found: Iterable[Path]) -> list[Path]:
    """Return those that the lists beside them name, where there are lists."""
    paths = list(found)
    lists = {path.parent: path.parent / _LIST for path in paths}
    for parent, list_file in lists.items():
        if not is_file(list_file):
            continue
        lines = read_lines(list_file)
        if not lines:
            raise DatasetError(f'{list_file} names no sequence; write one on each line or remove '
                               'the file')
        for line in lines:
            if parent / line.text not in paths:
                raise line.error(f'is no sequence in {parent}; put it there or remove the line')
        names = {line.text for line in lines}
        paths = [path for path in paths if path.parent != parent or path.name in names]
    return paths


def _names(paths: list[Path]) -> list[str]:
    """Return the names of the folders, after that of the folder above where several are alike."""
    resolved = [path.resolve() for path in paths]
    alike = Counter(path.name for path in resolved)
    return [(path.name or 'root') if alike[path.name] == 1 else f'{path.parent.name}-{path.name}'
            for path in resolved]


def _checked(layout: str, sequences: list[Sequence]) -> Dataset:
    names = Counter(sequence.name for sequence in sequences)
    for name, count in names.items():
        if not _is_text(name):
            raise DatasetError(
                f'the name of sequence {_escaped(name)} is not UTF-8; rename its folder or file')
        if count > 1:
            raise DatasetError(f'{count} sequences are called {name}; rename all but one')
    return Dataset(layout, sequences)


def _is_text(name: str) -> bool:
    """Return whether a file's name can be written into a file: bytes are not always letters."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(name: str) -> str:
    return os.fsencode(name).decode(errors='backslashreplace')

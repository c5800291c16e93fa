"""Which layout a data set is in, and where its sequences are.

OTB, VOT, GOT-10k and LaSOT have a folder for each sequence. Such folders lie in the data set's
folder or one or two levels below, or it is one itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rat_tracker.datasets import got10k
from rat_tracker.datasets import lasot
from rat_tracker.datasets import otb
from rat_tracker.datasets import uav123
from rat_tracker.datasets import videos
from rat_tracker.datasets import vot
from rat_tracker.datasets.dataset import Dataset
from rat_tracker.datasets.dataset import Fault
from rat_tracker.datasets.dataset import load_members
from rat_tracker.datasets.dataset import Member
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import image_number
from rat_tracker.datasets.folders import IMAGE_SUFFIXES
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import read_lines

_LIST = 'list.txt'  # of the sequences beside it that belong to the data set
_IMAGE_FOLDERS = ('img', 'color')  # of sequences in some layout


def _single(load: Callable[[Path, str], Sequence]) -> Callable[[Path, str], list[Member]]:
    return lambda folder, name: [Member(name, partial(load, folder, name))]


@dataclass(frozen=True)
class Layout:
    """A way to store sequences in a folder.

    :param members: given the folder and its name; may raise ``DatasetError``
    :param listed: whether a list of sequences may lie beside them
    """

    name: str
    recognises: Callable[[Path], bool]
    members: Callable[[Path, str], list[Member]]
    listed: bool = False


_GOT10K = Layout('GOT-10k', got10k.recognises, _single(got10k.load), listed=True)
_LASOT = Layout('LaSOT', lasot.recognises, _single(lasot.load))
_VOT = Layout('VOT', vot.recognises, _single(vot.load), listed=True)
# VOT's only mark is a name that others have, too: it comes last.
LAYOUTS = (Layout('OTB', otb.recognises, otb.members), _GOT10K, _LASOT, _VOT)


def load_dataset(folder: Path) -> Dataset:
    """Recognise a data set by the files that are there, and read all but its images.

    A sequence that cannot be used is left out; ``Dataset.faults`` names it with the reason. All
    paths are absolute: images may be read in another working directory or on another machine.

    :raises DatasetError: there is no sequence, or none can be used
    """
    if not is_folder(folder):
        raise DatasetError(f'data set {folder} does not exist' if not is_file(folder) else
                           f'data set {folder} is a file; name the folder that holds its '
                           'sequences')
    folder = folder.resolve()
    if uav123.recognises(folder):
        return load_members('UAV123', uav123.members(folder))
    found, faults = _find(folder)
    if found:
        layout = _layout_of(found)
        listed = list(found)
        if layout.listed:
            listed = _listed(listed, faults)
        members = _members(layout, found, listed, faults)
        return load_members(layout.name, members, faults)
    if videos.recognises(folder):
        return load_members('videos', videos.members(folder), faults)
    if faults:
        raise DatasetError(faults[0].reason)
    if any(path.suffix.lower() in IMAGE_SUFFIXES for path in contents(folder)):
        raise DatasetError(f'{folder} has images and no boxes; ' + (
            f'name the folder of the sequence, {folder.parent}'
            if any(layout.recognises(folder.parent) for layout in LAYOUTS) else
            f'write x,y,width,height for each into {folder / "groundtruth_rect.txt"}'))
    raise DatasetError(
        f'{folder} holds no sequence; looked in it and two levels below for groundtruth_rect.txt '
        '(OTB) and groundtruth.txt (VOT, GOT-10k, LaSOT), in it for anno and data_seq (UAV123) '
        'and for videos; name the folder that holds them')


def _find(folder: Path) -> tuple[dict[Path, Layout], list[Fault]]:
    """Return the folders of sequences with their layouts; there are none in one that is one.

    Also return what is wrong with folders in which none can be found.
    """
    found: dict[Path, Layout] = {}
    faults: list[Fault] = []
    empty: list[Path] = []
    frames: list[Path] = []
    level = [folder]
    for _ in range(3):
        deeper: list[Path] = []
        for path in level:
            try:
                layout = next((layout for layout in LAYOUTS if layout.recognises(path)), None)
                inside = contents(path)
            except DatasetError as error:
                faults.append(Fault(path.name, str(error)))
                continue
            if layout is not None:
                found[path] = layout
            else:
                deeper += [other for other in inside if is_folder(other)]
                if not inside:
                    empty.append(path)
                elif {other.name for other in inside}.intersection(_IMAGE_FOLDERS):
                    faults.append(_without_boxes(path))
                elif any(map(_is_frame, inside)):
                    frames.append(path)
        level = deeper
    beside = {path.parent for path in found}
    faults += [_without_boxes(path) for path in frames if path.parent in beside]
    faults += [Fault(path.name, f'folder {path} is empty; put the sequence there or remove it')
               for path in empty if path.parent in beside]
    return found, faults


def _is_frame(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES and image_number(path) is not None


def _without_boxes(folder: Path) -> Fault:
    return Fault(folder.name, f'{folder} has images and no boxes; put groundtruth_rect.txt (OTB) '
                              'or groundtruth.txt (VOT, GOT-10k, LaSOT) there, or remove the '
                              'folder')


def _layout_of(found: dict[Path, Layout]) -> Layout:
    """Return the layout of most sequences; of two with as many, not VOT, which has no mark."""
    counts = Counter(layout.name for layout in found.values())
    return max(LAYOUTS, key=lambda layout: (counts[layout.name], layout is not _VOT))


def _members(
    layout: Layout, found: dict[Path, Layout], paths: Iterable[Path], faults: list[Fault],
) -> list[Member]:
    """Return the sequences of a layout.

    :param found: the layouts of their folders
    :param faults: is told of folders that hold something else
    """
    first = next(path for path, other in found.items() if other is layout)
    members: list[Member] = []
    for path, name in _named(list(paths)):
        other = found[path]
        # Where all marks but the name are missing, the layout's own reader says what is.
        if other is not layout and not (other is _VOT and layout in (_GOT10K, _LASOT)):
            faults.append(Fault(name, f'{first} is in the layout of {layout.name} and {path} in '
                                f'that of {other.name}; move the sequences of one to a folder '
                                'of their own'))
            continue
        try:
            members += layout.members(path, name)
        except DatasetError as error:
            faults.append(Fault(name, str(error)))
    return members


def _listed(paths: list[Path], faults: list[Fault]) -> list[Path]:
    """Return those that the lists beside them name, where there are lists.

    :param faults: is told of those that are named and not there
    """
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
                fault = line.error(f'is no sequence in {parent}; put it there or remove the line')
                faults.append(Fault(line.text, str(fault)))
        names = {line.text for line in lines}
        paths = [path for path in paths if path.parent != parent or path.name in names]
    return paths


def _named(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Yield folders with their names, after that of the folder above where several are alike."""
    resolved = [path.resolve() for path in paths]
    alike = Counter(path.name for path in resolved)
    for path, real in zip(paths, resolved, strict=True):
        yield path, (real.name or 'root') if alike[real.name] == 1 else (
            f'{real.parent.name}-{real.name}')

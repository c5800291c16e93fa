"""UAV123: ``anno/UAV123/<name>.txt`` and ``data_seq/UAV123/<name>/*.jpg``.

UAV20L and UAV123_10fps are alike, with their own names in place of UAV123; UAV20L has its images
in the folders of UAV123. The sequences of a folder that is cut into several, as ``bird1_2`` of
``bird1``, are its images from a known one on. ``att/<name>.txt`` beside the boxes holds twelve
flags.

The top left pixel of the image is (1, 1) in the file: boxes at the edge begin at 1. A row of NaN
says that the target is out of view or fully hidden. The benchmark's own toolkit (OTB's
``calcSeqErrRobust.m``) sets overlap and error of such a frame to -1 and keeps it in the number of
frames: no tracker overlaps, and every tracker is right to the pixel, because -1 is below any
threshold. The first is kept here, so that success equals published figures; the second is a
mistake and is not: the frame counts, and every tracker misses it. got10k 0.1.3 leaves it out.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.dataset import Member
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import choose_images
from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import find_images
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.folders import require_match
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import read_boxes
from rat_tracker.datasets.text import read_lines
from rat_tracker.datasets.uav123_facts import ATTRIBUTES
from rat_tracker.datasets.uav123_facts import FIRST_FRAMES

_ORIGIN = 1.0
_TRUTHS, _IMAGES = 'anno', 'data_seq'


def recognises(folder: Path) -> bool:
    """Return whether a folder is the benchmark's root or its ``anno/<version>``."""
    return _is_root(folder) or _is_version(folder.resolve())


def members(folder: Path) -> list[Member]:
    """Return all sequences of one version.

    :raises DatasetError: there is none, or there are several versions
    """
    version = _only_version(folder / _TRUTHS) if _is_root(folder) else folder.resolve()
    truths = [path for path in contents(version) if path.suffix == '.txt']
    if not truths:
        raise DatasetError(f'{version} holds no <name>.txt; put the boxes there')
    return [Member(truth.stem, partial(_load_sequence, truth)) for truth in truths]


def _is_root(folder: Path) -> bool:
    return is_folder(folder / _TRUTHS) and is_folder(folder / _IMAGES)


def _is_version(folder: Path) -> bool:
    return folder.parent.name == _TRUTHS and _is_root(folder.parent.parent)


def _only_version(truths: Path) -> Path:
    versions = [path for path in contents(truths) if is_folder(path)]
    if not versions:
        raise DatasetError(f'{truths} holds no folder; expected {truths / "UAV123"}')
    if len(versions) > 1:
        raise DatasetError(
            f'{truths} holds {", ".join(path.name for path in versions)}; name the folder of one, '
            f'for example {versions[0]}')
    return versions[0]


def _load_sequence(truth: Path) -> Sequence:
    boxes = read_boxes(truth, _ORIGIN, lenient=True)
    images = _images(truth, len(boxes))
    require_match(images, boxes, truth)
    shown = shows_target(boxes)
    return Sequence(
        truth.stem, ImageFiles(images), boxes, origin=_ORIGIN,
        absent=None if shown.all() else ~shown, attributes=_attributes(truth))


def _images(truth: Path, count: int) -> tuple[Path, ...]:
    """Return the images of a sequence; where their folder has more, those that belong to it."""
    version, name = truth.parent.name, truth.stem
    folder = _image_folder(truth)
    images = find_images(folder)
    if len(images) <= count:
        return images
    first = FIRST_FRAMES.get(version, {}).get(name)
    return images if first is None else choose_images(images, first, first + count - 1)


def _image_folder(truth: Path) -> Path:
    version, name = truth.parent.name, truth.stem
    root = truth.parent.parent.parent / _IMAGES
    parents = [parent for parent in (root / version, root / 'UAV123') if is_folder(parent)]
    for parent in parents or [root / version]:
        for folder in (parent / name, parent / name.rpartition('_')[0]):
            if folder != parent and is_folder(folder):
                return folder
    return root / version / name


def _attributes(truth: Path) -> tuple[str, ...]:
    path = truth.parent / 'att' / truth.name
    if not is_file(path):
        return ()
    form = 'a row of flags; write 0 or 1 for each attribute'
    flags = [flag for line in read_lines(path) for flag in line.numbers(form)]
    if len(flags) != len(ATTRIBUTES):
        raise DatasetError(f'{path} holds {len(flags)} flags, not {len(ATTRIBUTES)}; write one '
                           'for each attribute or remove it')
    return tuple(name for name, flag in zip(ATTRIBUTES, flags, strict=True) if flag)

"""OTB: ``<name>/groundtruth_rect.txt`` and ``<name>/img/*.jpg``, or the images in ``<name>``.

The text holds x, y, width, height of each frame, with commas, tabs or spaces between them. The top
left pixel of the image is (1, 1) in the file. ``groundtruth_rect.1.txt`` and ``.2.txt`` are two
targets in the same images: the sequences ``<name>-1`` and ``<name>-2``. An empty one is none, as
in Human4, which has ``Human4-2`` only. The masks of ``rat_tracker.datasets.masks`` belong to
``groundtruth_rect.txt``.

OTB knows no absent target. Board and Twinnings have 0,0,0,0 for one frame each; OTB's toolkit and
got10k 0.1.3 count it, and every tracker misses it. In other sequences of this layout 0,0,0,0 says
that the target is not to be seen, and the frame does not count.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
import re

from rat_tracker.datasets.attributes import read_attributes
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.dataset import Member
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import choose_images
from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import find_images
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.folders import require_match
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.masks import find_masks
from rat_tracker.datasets.otb_facts import FRAMES
from rat_tracker.datasets.otb_facts import SEQUENCES
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import read_boxes
from rat_tracker.datasets.text import read_lines

_ORIGIN = 1.0
_SINGLE = 'groundtruth_rect.txt'
_BLANK = 4  # bytes of a file that may hold line ends only
_TRUTH = re.compile(r'groundtruth_rect(?:\.(\d+))?\.txt')


def recognises(folder: Path) -> bool:
    """Return whether a folder is a sequence in this layout."""
    return bool(_truths(folder))


def members(folder: Path, name: str) -> list[Member]:
    """Return a folder's sequences, one for each target.

    :raises DatasetError: there are files of boxes, but no box in any of them
    """
    truths = _truths(folder)
    filled = {suffix: path for suffix, path in truths.items()
              if not suffix or path.stat().st_size > _BLANK or read_lines(path)}
    if not filled:
        path = next(iter(truths.values()))
        raise DatasetError(f'{path} is empty; write x,y,width,height for each frame')
    return [Member(name + suffix, partial(_load_target, folder, path, name + suffix))
            for suffix, path in filled.items()]


def _truths(folder: Path) -> dict[str, Path]:
    """Return the files of boxes, by what their targets' names end with."""
    matches = ((path, _TRUTH.fullmatch(path.name)) for path in contents(folder))
    return {f'-{match[1]}' if match[1] else '': path for path, match in matches if match}


def _load_target(folder: Path, truth: Path, name: str) -> Sequence:
    boxes = read_boxes(truth, _ORIGIN)
    images = _images(folder, len(boxes), name)
    require_match(images, boxes, truth)
    frames, known = SEQUENCES.get(name.lower(), (0, ''))
    attributes = read_attributes(folder)
    masks = find_masks(folder, len(images)) if truth.name == _SINGLE else None
    if len(boxes) == frames:
        return Sequence(name, ImageFiles(images), boxes, origin=_ORIGIN,
                        attributes=attributes or tuple(known.split()), masks=masks)
    absent = ~shows_target(boxes)
    return Sequence(
        name, ImageFiles(images), boxes, origin=_ORIGIN, attributes=attributes, masks=masks,
        absent=absent if absent.any() else None, counted=~absent if absent.any() else None)


def _images(folder: Path, boxes: int, name: str) -> tuple[Path, ...]:
    """Return a target's images: all, or those that OTB uses where the folder has more of them."""
    images = find_images(folder / 'img' if is_folder(folder / 'img') else folder)
    if len(images) > boxes and name.lower() in FRAMES:
        return choose_images(images, *FRAMES[name.lower()])
    return images

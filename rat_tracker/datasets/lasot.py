"""LaSOT: ``<class>/<class>-1/`` with ``groundtruth.txt`` and ``img/*.jpg``.

``full_occlusion.txt`` and ``out_of_view.txt`` have a flag for each frame. The classes' folders may
be missing.

The top left pixel of the image is (1, 1) in the file: of the 1,400 published sequences none has a
coordinate of 0, and thousands of boxes begin at 1.

A frame with either flag does not show the target. LaSOT's own toolkit (HengLan's evaluation
toolkit, ``eval_tracker.m``) takes it out of the hits and leaves it in the number of frames, for
overlap and for errors alike: it counts, and every tracker misses it. Whatever box the file has
for it is not used. ``nlp.txt``, the target in words, is not read.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rat_tracker.datasets.attributes import read_attributes
from rat_tracker.datasets.folders import choose_images
from rat_tracker.datasets.folders import find_images
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.folders import require_first_box
from rat_tracker.datasets.folders import require_match
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.sequence import Flags
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import read_boxes
from rat_tracker.datasets.text import read_flags

_ORIGIN = 1.0
_TRUTH = 'groundtruth.txt'
_ABSENCE = ('full_occlusion.txt', 'out_of_view.txt')
_FRAMES = {'monkey-17': (1, 2260)}  # those with boxes; the folder may hold more images


def recognises(folder: Path) -> bool:
    """Return whether a folder is a sequence in this layout."""
    return is_file(folder / _TRUTH) and (
        is_folder(folder / 'img') or any(is_file(folder / name) for name in _ABSENCE))


def load(folder: Path, name: str) -> Sequence:
    """Read a sequence.

    :raises rat_tracker.datasets.DatasetError: something is not as it should be
    """
    images = find_images(folder / 'img')
    boxes = read_boxes(folder / _TRUTH, _ORIGIN, lenient=True)
    if len(images) > len(boxes) and name in _FRAMES:
        images = choose_images(images, *_FRAMES[name])
    require_match(images, boxes, folder / _TRUTH)
    absent = _absent(folder, len(boxes))
    if absent is not None:
        boxes[absent] = np.nan
        require_first_box(boxes, folder / _TRUTH)
    return Sequence(name, ImageFiles(images), boxes, absent=absent, origin=_ORIGIN,
                    attributes=read_attributes(folder))


def _absent(folder: Path, count: int) -> Flags | None:
    """Return the frames with either flag; None if there are no flags."""
    flags = [read_flags(folder / name, count) > 0
             for name in _ABSENCE if is_file(folder / name)]
    return np.logical_or.reduce(flags) if flags else None

"""GOT-10k: ``<name>/00000001.jpg``, ``groundtruth.txt``, and labels with a line for each frame.

The top left pixel of the image is (0, 0) in the file: got10k 0.1.3 cuts boxes to 0 and the image's
size. Frames count as in that toolkit, where ``cover.label`` (visible eighths of the target) is
above 0; ``absence.label`` marks those that do not show the target at all.

The sequences of the test split have their first box only. They can be run, but no frame counts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rat_tracker.datasets.attributes import read_attributes
from rat_tracker.datasets.folders import find_images
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import require_match
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.sequence import Flags
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import read_boxes
from rat_tracker.datasets.text import read_flags
from rat_tracker.datasets.text import read_properties

_ORIGIN = 0.0
_PREFIX = 'GOT-10k_'
_TRUTH = 'groundtruth.txt'
_ABSENCE, _COVER, _CUT, _META = (
    'absence.label', 'cover.label', 'cut_by_image.label', 'meta_info.ini')
_CLASSES = ('root_class', 'motion_class')


def recognises(folder: Path) -> bool:
    """Return whether a folder is a sequence in this layout."""
    return is_file(folder / _TRUTH) and (folder.name.startswith(_PREFIX) or any(
        is_file(folder / name) for name in (_ABSENCE, _COVER, _CUT, _META)))


def load(folder: Path, name: str) -> Sequence:
    """Read a sequence.

    :raises rat_tracker.datasets.DatasetError: something is not as it should be
    """
    images = find_images(folder)
    boxes = read_boxes(folder / _TRUTH, _ORIGIN, lenient=True)
    count = len(images)
    if len(boxes) == 1 < count:
        boxes = np.vstack([boxes, np.full((count - 1, 4), np.nan)])
        require_match(images, boxes, folder / _TRUTH)
        return Sequence(name, ImageFiles(images), boxes, origin=_ORIGIN,
                        counted=np.zeros(count, np.bool_), attributes=_attributes(folder, count))
    require_match(images, boxes, folder / _TRUTH)
    absent = _flags(folder / _ABSENCE, count)
    counted = _flags(folder / _COVER, count)
    if counted is None and absent is not None:
        counted = ~absent
    return Sequence(name, ImageFiles(images), boxes, counted, absent, _ORIGIN,
                    _attributes(folder, count))


def _flags(path: Path, count: int) -> Flags | None:
    return read_flags(path, count) > 0 if is_file(path) else None


def _attributes(folder: Path, count: int) -> tuple[str, ...]:
    """Return what kind of thing moves how, and whether it is hidden, absent or cut at the edge.

    A table by the 563 classes of objects would have a line for every sequence.
    """
    named = read_attributes(folder)
    if named:
        return named
    meta = read_properties(folder / _META, ':') if is_file(folder / _META) else {}
    classes = [meta[key] for key in _CLASSES if meta.get(key)]
    labels = {'absent': folder / _ABSENCE, 'cut by image': folder / _CUT}
    flags = ((name, _flags(path, count)) for name, path in labels.items())
    return (*classes, *(name for name, flag in flags if flag is not None and flag.any()))

"""OTB: ``<name>/img/*.jpg`` and ``<name>/groundtruth_rect.txt``.

The text holds x, y, width, height of each frame, with commas, tabs or spaces between them. The top
left pixel of the image is (1, 1) in the file.
"""

from __future__ import annotations

from pathlib import Path
import re

import numpy as np

from rat_tracker.evaluation.datasets.errors import DatasetError
from rat_tracker.evaluation.datasets.frames import ImageFiles
from rat_tracker.evaluation.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics import Boxes
from rat_tracker.evaluation.metrics import shows_target

_ORIGIN = 1.0
_TRUTH = 'groundtruth_rect.txt'
_SEPARATOR = re.compile(r'\s*,\s*|\s+')


def load(folder: Path) -> list[Sequence]:
    """Find the sequences of a folder, in the order of their names; none if there are none.

    :raises DatasetError: a sequence is not as it should be
    """
    return [_load_sequence(path.parent) for path in sorted(folder.glob(f'*/{_TRUTH}'))]


def _load_sequence(folder: Path) -> Sequence:
    images = tuple(sorted((folder / 'img').glob('*.jpg')))
    if not images:
        raise DatasetError(f'{folder / "img"} holds no .jpg image; put the frames there')
    boxes = _read_boxes(folder / _TRUTH)
    if len(boxes) != len(images):
        raise DatasetError(
            f'{folder / _TRUTH} has {len(boxes)} boxes for {len(images)} images in '
            f'{folder / "img"}; there must be one box for each image')
    if not shows_target(boxes)[0]:
        raise DatasetError(
            f'{folder / _TRUTH}, line 1: there is no box to start with; remove the frames before '
            'the target appears')
    return Sequence(folder.name, ImageFiles(images), boxes, origin=_ORIGIN)


def _read_boxes(path: Path) -> Boxes:
    rows = []
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        if not line.strip():
            continue
        try:
            x, y, width, height = (float(part) for part in _SEPARATOR.split(line.strip()))
        except ValueError:
            raise DatasetError(
                f'{path}, line {number}: {line.strip()!r} is not a box; write x,y,width,height'
            ) from None
        rows.append((x, y, width, height))
    return np.array(rows, np.float64).reshape(-1, 4) - (_ORIGIN, _ORIGIN, 0, 0)

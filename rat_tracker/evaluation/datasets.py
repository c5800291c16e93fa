"""Recorded sequences with a true box for every frame.

A data set is a folder; each of its folders that holds a ``groundtruth_rect.txt`` is a sequence:

    <name>/img/*.jpg             the frames, in the order of their names
    <name>/groundtruth_rect.txt  x, y, width, height of each frame; commas, tabs or spaces between

As in OTB, the top left pixel of the image is (1, 1) in the file; in memory it is (0, 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
import re

import cv2
import numpy as np

from rat_tracker.evaluation.metrics import Boxes
from rat_tracker.evaluation.metrics import shows_target
from rat_tracker.geometry import Image

# What is added to our coordinates to get those of the files.
ORIGIN = np.array([1.0, 1.0, 0.0, 0.0])
_TRUTH = 'groundtruth_rect.txt'
_SEPARATOR = re.compile(r'\s*,\s*|\s+')


class DatasetError(RuntimeError):
    """A data set that is missing or not as it should be; the message says where and what to do."""


@dataclass(frozen=True, eq=False)
class Sequence:
    """A recorded sequence.

    :param boxes: n×4, image pixels with origin 0; rows that are not finite or have no area are
        frames without a target, never the first one
    """

    name: str
    images: tuple[Path, ...]
    boxes: Boxes

    def first(self, frames: int | None) -> Sequence:
        """Return the sequence's first frames; None for all of them."""
        return Sequence(self.name, self.images[:frames], self.boxes[:frames])


def load_dataset(folder: Path) -> list[Sequence]:
    """Find the sequences of a data set, in the order of their names; images are not read.

    :raises DatasetError: nothing is there, or a sequence is not as it should be
    """
    if not folder.is_dir():
        raise DatasetError(f'data set {folder} is not a folder; name one that holds sequences')
    sequences = [
        _load_sequence(path.parent) for path in sorted(folder.glob(f'*/{_TRUTH}'))]
    if not sequences:
        raise DatasetError(
            f'{folder} holds no sequence; expected folders with img/*.jpg and {_TRUTH}')
    return sequences


def read_image(path: Path) -> Image:
    """Read a frame.

    :raises DatasetError: it is not an image
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise DatasetError(f'image {path} cannot be read; replace the file')
    return image  # type: ignore[return-value]


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
    return Sequence(folder.name, images, boxes)


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
    return np.array(rows, np.float64).reshape(-1, 4) - ORIGIN

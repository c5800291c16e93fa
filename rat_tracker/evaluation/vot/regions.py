"""What a tracker is started with and answers, and what the truth is; the files of runs.

Coordinates are pixels with origin 0. The toolkit reads the numbers of a data set's files as they
are, and takes a rectangle ``0,0,640,480`` to cover an image of 640×480 pixels.
"""

from __future__ import annotations

from collections.abc import Sequence as List
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

import numpy as np

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.sequence import Polygon
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.geometry import Box


class Code(IntEnum):
    """What stands in a trajectory where there is no region; the numbers are the toolkit's."""

    UNKNOWN = 0
    INITIALIZATION = 1
    FAILURE = 2


Region: TypeAlias = Box | Polygon | None  # None: the target has no region in this frame
Trajectory: TypeAlias = List[Box | Polygon | Code]


def truth_regions(sequence: Sequence) -> list[Region]:
    """Return the true region of each frame: the polygon where the data set has them."""
    boxes = [Box(*map(float, row)) if visible else None
             for row, visible in zip(sequence.boxes, shows_target(sequence.boxes), strict=True)]
    if sequence.polygons is None:
        return list(boxes)
    return [None if box is None else box if _is_rectangle(polygon, box) else polygon
            for box, polygon in zip(boxes, sequence.polygons, strict=True)]


def require_truth(sequence: Sequence) -> None:
    """Raise unless there is something to compare a tracker's answers with.

    VOT counts a frame without a region as one where the target is not; where a data set keeps its
    regions to itself, that would be a failure in every frame.

    :raises DatasetError: no frame but the first has a region
    """
    if not shows_target(sequence.boxes)[1:].any():
        raise DatasetError(
            f'sequence {sequence.name}: no frame of {len(sequence.frames)} but the first has a '
            'box, so that nothing can be measured; give it one for each frame, or leave it out')


def startable(box: Box, width: int, height: int) -> Box:
    """Return a box that a tracker takes: this one, or what the image shows of it.

    VOT starts trackers again in mid-sequence, where the target may be half outside the image.

    :param width: of the image, pixels
    :param height: of the image, pixels
    :raises ValueError: the image shows less than a pixel of the target
    """
    try:
        box.require_inside(width, height)
    except ValueError:
        box.require_valid()
        left, top = max(box.x, 0.0), max(box.y, 0.0)
        right, bottom = min(box.x + box.width, width), min(box.y + box.height, height)
        if right - left < 1 or bottom - top < 1:
            raise
        return Box(left, top, right - left, bottom - top)
    return box


def write_trajectory(path: Path, trajectory: Trajectory) -> None:
    """Write a trajectory in the toolkit's text format, in all digits of single precision."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(''.join(f'{_text(entry)}\n' for entry in trajectory), encoding='utf-8')


def _is_rectangle(polygon: Polygon, box: Box) -> bool:
    """Tell whether a polygon stands for a rectangle among polygons; see ``datasets.vot``."""
    return bool(np.allclose(np.ptp(polygon, axis=0) + 1, (box.width, box.height), atol=1e-6))


def _text(entry: Box | Polygon | Code) -> str:
    if isinstance(entry, Code):
        return str(int(entry))
    values = entry.values if isinstance(entry, Box) else entry.ravel()
    return ','.join(f'{value:.9g}' for value in values)

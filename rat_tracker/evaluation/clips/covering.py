"""Recorded sequences in which the target is covered for a while.

What covers it is a piece of the same image, cut where the target is farthest from, so that it has
the camera's own noise, blur and light.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

RATE = 30.0  # frames per second, taken to be those of every sequence
_BEFORE = 70  # frames in sight before the target is covered
_AFTER = 100  # frames in sight that a sequence needs after that
_MARGIN = 0.15  # of the target's width and height, that the cover is larger at each side


def covered(sequence: Sequence, seconds: float) -> Iterator[SyntheticFrame]:
    """Yield the frames that have a box, the target being covered in some of them.

    :param sequence: see ``is_long_enough``
    :param seconds: how long
    """
    until = _BEFORE + round(seconds * RATE)
    for frame, image in enumerate(sequence.frames):
        row = sequence.boxes[frame]
        if not (np.isfinite(row).all() and row[2] > 0 and row[3] > 0):
            continue
        box = Box(*(float(value) for value in row))
        hidden = _BEFORE <= frame < until
        yield SyntheticFrame(_cover(image, box) if hidden else image, box, float(not hidden))


def is_long_enough(sequence: Sequence, seconds: float) -> bool:
    """Whether there are enough frames before, during and after."""
    return len(sequence.frames) >= frames_needed(seconds)


def frames_needed(seconds: float) -> int:
    """Return how many frames a sequence needs, in which the target is covered for so long."""
    return _BEFORE + round(seconds * RATE) + _AFTER


def _cover(image: Image, box: Box) -> Image:
    rows, columns = image.shape[:2]
    left, right = _inside(box.x - _MARGIN * box.width, box.x + (1 + _MARGIN) * box.width, columns)
    top, bottom = _inside(box.y - _MARGIN * box.height, box.y + (1 + _MARGIN) * box.height, rows)
    from_left = 0 if box.center_x > columns / 2 else columns - (right - left)
    from_top = 0 if box.center_y > rows / 2 else rows - (bottom - top)
    covered = image.copy()
    covered[top:bottom, left:right] = image[
        from_top:from_top + bottom - top, from_left:from_left + right - left]
    return covered


def _inside(start: float, stop: float, size: int) -> tuple[int, int]:
    first = min(max(int(start), 0), size)
    return first, max(min(int(np.ceil(stop)), size), first)

"""Where to look for a lost target: near where it was seen, then farther, then everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
import math

from rat_tracker.geometry import Box

_STRIDE = 0.5  # step between two places, as a part of what one look covers
_NEAR = 9  # places around where the target was seen last that are looked at again and again
# The target may have come closer or gone farther away; most often it has not. A tracker answers
# to targets about an eighth larger or smaller than what it looks for.
_SIZES = (1.0, 1.25, 1.0, 0.8, 1.0, 1.55, 1.0, 0.65)


class SearchPlan:
    """An endless order of places that covers a growing part of the image.

    Every other place is one of the nearest, where most targets come back; the others sweep
    outwards as far as the target may have got by then. Each sweep is of one size.

    :param image_size: width and height in pixels
    :param last: where the target was seen last
    :param view: what one look at ``last`` covers
    :param speed: how far the search reaches farther with each place, as a part of a stride
    """

    def __init__(
        self, image_size: tuple[int, int], last: Box, view: Box, speed: float,
    ) -> None:
        self._last = last
        self._speed = speed
        width, height = image_size
        x, y = min(max(last.center_x, 0), width), min(max(last.center_y, 0), height)
        across, down = _STRIDE * view.width, _STRIDE * view.height
        steps = sorted((math.hypot(row, column), row, column)
                       for row in _steps(y, height, down) for column in _steps(x, width, across))
        # How many strides a place is away, and its centre, which stays inside the image.
        self._places = [
            (distance, min(max(x + column * across, 0), width),
             min(max(y + row * down, 0), height)) for distance, row, column in steps]
        # No target is larger than the image or smaller than a pixel.
        self._sizes = [size for size in _SIZES if size * min(last.width, last.height) >= 1
                       and size * last.width <= width and size * last.height <= height]
        self._reach = 1.0  # strides
        self._turns = cycle((self._sweep(_NEAR), self._sweep(len(self._places))))

    def __len__(self) -> int:
        """Return how many places cover the image."""
        return len(self._places)

    def next(self) -> Box:
        """Return the next place to look at, a box of the size that the target may have."""
        self._reach += self._speed
        return next(next(self._turns))

    def _sweep(self, count: int) -> Iterator[Box]:
        """Yield so many of the nearest places within reach, over and over, in every size."""
        for size in cycle(self._sizes):
            for distance, x, y in self._places[:count]:
                if distance > self._reach:
                    break
                yield Box.from_center(x, y, size * self._last.width, size * self._last.height)


def _steps(start: float, size: int, step: float) -> range:
    """Return how many steps to both sides lead to, or just past, an image's edges."""
    return range(-math.ceil(start / step), math.ceil((size - start) / step) + 1)

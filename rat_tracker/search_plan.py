"""Where to look for a lost target: near where it was seen, then farther, then everywhere."""

from __future__ import annotations

import math

from rat_tracker.geometry import Box

_STRIDE = 0.5  # step between two places, as a part of what one look covers
_NEAR = 9  # places around where the target was seen last that are looked at again and again


class SearchPlan:
    """An endless order of places, all of one size, that covers a growing part of the image.

    Every other place is one of the nearest, where most targets come back; the others sweep
    outwards as far as the target may have got by then.

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
        columns = _steps(x, width, across)
        rows = _steps(y, height, down)
        offsets = sorted((math.hypot(row, column), row, column)
                         for row in rows for column in columns)
        self._rings = [distance for distance, _, _ in offsets]
        self._places = [
            Box.from_center(min(max(x + column * across, 0), width),
                            min(max(y + row * down, 0), height), last.width, last.height)
            for _, row, column in offsets]
        self._taken = self._near = self._sweep = 0

    def __len__(self) -> int:
        """Return how many places cover the image."""
        return len(self._places)

    def next(self) -> Box:
        """Return the next place to look at."""
        self._taken += 1
        if self._taken % 2:
            self._near = (self._near + 1) % min(_NEAR, len(self._places))
            return self._places[self._near - 1]
        place = self._places[self._sweep]
        self._sweep += 1
        reach = 1 + self._speed * self._taken
        if self._sweep == len(self._places) or self._rings[self._sweep] > reach:
            self._sweep = 0
        return place


def _steps(start: float, size: int, step: float) -> range:
    """Return how many steps to both sides lead to, or just past, an image's edges."""
    return range(-math.ceil(start / step), math.ceil((size - start) / step) + 1)

"""Find a lost target again: evaluate search windows over the image, and verify before going on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
import math

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.parameters import parameter
from rat_tracker.parameters import require_ranges
from rat_tracker.tracker import SearchingTracker
from rat_tracker.tracker import TrackResult

_SAME = 0.5  # two evaluations whose boxes overlap by more have found the same thing
_STRIDE = 0.5  # step between two search windows, as a fraction of a window
_NEAR = 9  # windows around where the target was seen last that are evaluated again and again
# The target may have come closer or gone farther away; most often it has not. A tracker answers
# to targets about an eighth larger or smaller than what it expects.
_SIZES = (1.0, 1.25, 1.0, 0.8, 1.0, 1.55, 1.0, 0.65)


@dataclass(frozen=True)
class SearchParameters:
    """How a lost target is searched."""

    windows_per_frame: int = parameter(
        3, 'How many search windows are evaluated in each image while the target is LOST; each '
        'takes as long as tracking an image.', between=(1, 100))
    speed: float = parameter(
        0.1, 'How far the search reaches farther with each window, as a fraction of the step '
        'between two windows.', between=(0.001, 100.0))
    found_above: float = parameter(
        0.5, 'Re-identification score that a candidate needs in every image.', between=(0.0, 1.0))
    found_after: int = parameter(
        3, 'Images in a row, after the first, in which a candidate needs that.',
        between=(1, 1000))

    def __post_init__(self) -> None:
        require_ranges(self)


class Search:
    """The search for one lost target, frame by frame.

    A candidate, which is what scores high in a search window, is evaluated again, centred, and
    followed for some frames; only then does the tracker go on from there.

    :param image: of the size of all that follow
    :param last: where the target was seen last
    """

    def __init__(
        self, tracker: SearchingTracker, parameters: SearchParameters, image: Image, last: Box,
    ) -> None:
        self._tracker = tracker
        self._parameters = parameters
        self._windows = SearchWindows((image.shape[1], image.shape[0]), last,
                                      tracker.search_region(last), parameters.speed)
        self._candidate: Box | None = None
        self._streak = 0  # frames in which the candidate was confirmed
        self.reason = ''

    @property
    def found(self) -> bool:
        """Whether the target was found in the last frame; the tracker goes on there."""
        return self._streak > self._parameters.found_after

    def step(self, image: Image) -> TrackResult:
        """Search the next frame; return the best evaluation, its score the re-identification's."""
        if self._candidate is None:
            result = self._best_window(image)
        else:
            result = self._tracker.evaluate_at(image, self._candidate)
        result = self._confirm(image, result)
        if self.found and self._candidate is not None:
            self._tracker.resume(self._candidate)
            self.reason = f'found again: like the target in {self._streak} images in a row'
        elif self._candidate is not None:
            self.reason = (f'something looks like the target, score {result.score:.2f}; '
                           f'confirmed in {self._streak} images so far')
        else:
            self.reason = (f'not seen; searching {self._parameters.windows_per_frame} of '
                           f'{len(self._windows)} search windows in each image')
        return result

    def _best_window(self, image: Image) -> TrackResult:
        results = [self._tracker.evaluate_at(image, self._windows.next())
                   for _ in range(self._parameters.windows_per_frame)]
        return max(results, key=lambda result: result.score)

    def _confirm(self, image: Image, result: TrackResult) -> TrackResult:
        """Count a frame for the candidate, or give it up."""
        limit = self._parameters.found_above
        if result.score > limit and self._candidate is None:
            first, result = result, self._tracker.evaluate_at(image, result.box)
            if result.box.overlap(first.box) <= _SAME:
                return result
        if result.score > limit:
            self._candidate = result.box
            self._streak += 1
        else:
            self._candidate, self._streak = None, 0
        return result


class SearchWindows:
    """An endless order of search windows that covers a growing part of the image.

    Every other window is one of the nearest, where most targets come back; the others sweep
    outwards as far as the target may have got by then. Each sweep is of one size.

    :param image_size: width and height in pixels
    :param last: where the target was seen last
    :param region: the search region around ``last``
    :param speed: how far the search reaches farther with each window, as a fraction of a stride
    """

    def __init__(
        self, image_size: tuple[int, int], last: Box, region: Box, speed: float,
    ) -> None:
        self._last = last
        self._speed = speed
        width, height = image_size
        x, y = min(max(last.center_x, 0), width), min(max(last.center_y, 0), height)
        dx, dy = _STRIDE * region.width, _STRIDE * region.height
        steps = sorted((math.hypot(row, column), row, column)
                       for row in _steps(y, height, dy) for column in _steps(x, width, dx))
        # How many strides a window is away, and its centre, which stays inside the image.
        self._centers = [
            (distance, min(max(x + column * dx, 0), width), min(max(y + row * dy, 0), height))
            for distance, row, column in steps]
        # No target is larger than the image or smaller than a pixel.
        self._sizes = [size for size in _SIZES if size * min(last.width, last.height) >= 1
                       and size * last.width <= width and size * last.height <= height]
        self._reach = 1.0  # strides
        self._turns = cycle((self._sweep(_NEAR), self._sweep(len(self._centers))))

    def __len__(self) -> int:
        """Return how many windows cover the image."""
        return len(self._centers)

    def next(self) -> Box:
        """Return where to search next: a box of the size that the target may have."""
        self._reach += self._speed
        return next(next(self._turns))

    def _sweep(self, count: int) -> Iterator[Box]:
        """Yield so many of the nearest windows within reach, over and over, in every size."""
        for size in cycle(self._sizes):
            for distance, x, y in self._centers[:count]:
                if distance > self._reach:
                    break
                yield Box.from_center(x, y, size * self._last.width, size * self._last.height)


def _steps(start: float, size: int, step: float) -> range:
    """Return how many steps to both sides lead to, or just past, an image's edges."""
    return range(-math.ceil(start / step), math.ceil((size - start) / step) + 1)

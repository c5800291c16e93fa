"""Distractors: what else in the search region answers like the target, followed by place.

A target that is hidden answers less than its like beside it, and a tracker that takes the highest
peak goes over to that. But the other one was seen before: at a place of its own, from which it
came here step by step. So all high peaks of a response are followed, and a peak where a distractor
is expected counts for little. Mayer et al. ("Learning Target Candidate Association to Keep Track
of What Not to Track", ICCV 2021) associate such peaks by learned features; here their places do.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import SearchRegion

PEAKS = 5  # of a response that are looked at
# Cells around a peak in which no other is one.
_AROUND = np.ones((5, 5), np.uint8)
# How fast the usual value of the target's own peak follows it, per frame.
_FOLLOWS = 0.1
# Frames in which a distractor has to be seen before it counts, and after so many without it is
# forgotten; one that was seen less often, after as many.
_SEEN = 2
_MISSED = 8
# By so much of the highest peak's value the weights have to lower it to have changed the choice.
_SUPPRESSED = 0.01

Map = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class DistractorParameters:
    """What a distractor is, and how little it counts; a tracker gives the values.

    Distances are in sides of the target, see ``_Unit``.
    """

    suppression: float  # part of the response that is taken away at a distractor's place; 0: off
    reach: float  # how far around its place: standard deviation
    least_peak: float  # value of a distractor's peak, as a fraction of the target's usual one
    apart: float  # from the target; what is nearer is the target itself
    step: float  # from one frame to the next; what is farther is another one
    # Value of the target's peak, as a fraction of its usual one, below which it is hidden if a
    # distractor answers higher.
    hidden_below: float


@dataclass(slots=True)
class _Distractor:
    """Where it was last, in image pixels, and in how many frames it was seen and then missed."""

    x: float
    y: float
    seen: int = 1
    missed: int = 0

    @property
    def known(self) -> bool:
        return self.seen >= _SEEN

    @property
    def present(self) -> bool:
        return self.missed < min(_MISSED, self.seen)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What distances are measured in: the target's width and height, half way to its side.

    A walker's neighbours are nearer on the left and the right than above and below.
    """

    x: float
    y: float

    @classmethod
    def of(cls, box: Box) -> _Unit:
        side = math.sqrt(box.area)
        return cls(math.sqrt(box.width * side), math.sqrt(box.height * side))

    def distance(self, dx: float, dy: float) -> float:
        return math.hypot(dx / self.x, dy / self.y)


class Distractors:
    """The distractors around one target.

    :param size: rows and columns of the responses, in cells
    """

    def __init__(self, parameters: DistractorParameters, size: int) -> None:
        self._parameters = parameters
        self._size = size
        self._usual: float | None = None  # value of the target's own peak
        self._distractors: list[_Distractor] = []

    def forget(self) -> None:
        """Forget them; where the target is now, they are not."""
        self._distractors.clear()

    def weights(self, region: SearchRegion, box: Box) -> Map | None:
        """Return what a response is multiplied by where its peak is searched.

        A cell that is nearer to the target's place than to the distractor's is not touched.

        :param region: what the response will be of
        :param box: where the target was in the frame before
        :return: size×size, in [0, 1]; None where no distractor is known: 1 everywhere
        """
        known = [each for each in self._distractors if each.known]
        if not known:
            return None
        parameters, unit, covered = self._parameters, _Unit.of(box), region.box
        cells = (np.arange(self._size, dtype=np.float32) + 0.5) / self._size
        x = (covered.x + cells * covered.width)[None, :]
        y = (covered.y + cells * covered.height)[:, None]

        def squares(to_x: float, to_y: float) -> Map:
            return ((x - to_x) / unit.x) ** 2 + ((y - to_y) / unit.y) ** 2
        own = squares(box.center_x, box.center_y)
        weights = np.ones_like(own)
        for each in known:
            away = squares(each.x, each.y)
            near = np.exp(-0.5 / parameters.reach ** 2 * away)
            weights *= np.where(away < own, 1 - parameters.suppression * near, 1)
        return weights

    def hidden(self, peaks: Sequence[Sequence[float]], value: float) -> bool:
        """Return whether the target is out of sight while a distractor is in sight.

        :param peaks: see ``follow``, as ``value``
        """
        highest = peaks[0][-1] if peaks else 0.0
        return (self._usual is not None and value < self._parameters.hidden_below * self._usual
                and value < (1 - _SUPPRESSED) * highest)

    def follow(
        self, peaks: Sequence[Sequence[float]], value: float, region: SearchRegion, box: Box, *,
        trusted: bool,
    ) -> None:
        """Take over a frame.

        :param peaks: the highest of the response as it was without ``weights``, see
            ``highest_peaks``
        :param value: of the response with them, at the peak that was taken for the target
        :param region: what the response is of
        :param box: where the target was found
        :param trusted: whether the frame was learned from
        """
        unit = _Unit.of(box)
        for each in self._distractors:
            each.missed += 1
        new = []
        waiting = list(self._distractors)
        for x, y in self._places(peaks, region):
            if unit.distance(x - box.center_x, y - box.center_y) < self._parameters.apart:
                continue
            same = _nearest(waiting, x, y, unit)
            if same is None or unit.distance(x - same.x, y - same.y) >= self._parameters.step:
                new.append(_Distractor(x, y))
                continue
            waiting.remove(same)
            same.x, same.y = x, y
            same.seen, same.missed = same.seen + 1, 0
        if trusted:
            self._usual = value if self._usual is None else (
                self._usual + _FOLLOWS * (value - self._usual))
        self._distractors = [
            each for each in self._distractors if each.present and unit.distance(
                each.x - box.center_x, each.y - box.center_y) >= self._parameters.apart] + new

    def _places(
        self, peaks: Sequence[Sequence[float]], region: SearchRegion,
    ) -> Iterable[tuple[float, float]]:
        """Yield the places of peaks that are high enough, in image pixels."""
        least = self._parameters.least_peak * (self._usual or 0.0)
        covered = region.box
        for row, column, value in peaks:
            if value >= least:
                yield (covered.x + (column + 0.5) / self._size * covered.width,
                       covered.y + (row + 0.5) / self._size * covered.height)


def _nearest(
    distractors: Sequence[_Distractor], x: float, y: float, unit: _Unit,
) -> _Distractor | None:
    return min(distractors, key=lambda each: unit.distance(x - each.x, y - each.y), default=None)


def highest_peaks(response: Map) -> list[tuple[int, int, float]]:
    """Return row, column and value of the highest peaks above 0, at most ``PEAKS``.

    :param response: rows×columns float32
    :return: the highest first
    """
    around = cv2.dilate(response, _AROUND)
    rows, columns = np.nonzero((response == around) & (response > 0))
    values = response[rows, columns]
    highest = np.argsort(-values, kind='stable')[:PEAKS]
    return [(int(rows[index]), int(columns[index]), float(values[index])) for index in highest]

"""What becomes of a click on the target: the box, and the tracker that starts on it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence as ListOf
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker

BoxAround = Callable[[Image, float, float], Box]

PLACES = 'middle', 'near the middle'
_SPREAD = 0.15  # of clicks that do not hit the middle: standard deviation, in widths and heights
_FARTHEST = 0.4  # of them, likewise; the target's corners are rarely the target
_ON_TARGET = 0.3  # overlap from which on a tracker is on the target, wherever its centre is


@dataclass(frozen=True, slots=True)
class Click:
    """One click on the target and what came of it.

    :param place: one of ``PLACES``
    :param overlap: of the box made of it with the true one; None if the click was refused
    :param seconds: that making the box took
    :param followed: whether the tracker that started on that box is on the target at the end
    :param true_followed: likewise, for one that started on the true box
    """

    sequence: str
    place: str
    overlap: float | None
    seconds: float
    followed: bool
    true_followed: bool


def clicks(
    sequence: Sequence, tracker: Tracker, box_around: BoxAround, every: int, frames: int,
) -> Iterator[Click]:
    """Click on a sequence's target; the same sequence is clicked on at the same points.

    :param every: frames from one start to the next, the first being the sequence's first frame
    :param frames: that are tracked from each start; starts that have fewer before the sequence's
        end, or no true box there, are left out
    :raises rat_tracker.datasets.DatasetError: an image cannot be read
    """
    random = np.random.default_rng(0)
    for start in starts(sequence, every, frames):
        images = sequence.frames.pick(range(start, start + frames + 1))
        clip = [images[index] for index in sorted(images)]
        first, last = (Box(*map(float, sequence.boxes[index]))
                       for index in (start, start + frames))
        true_followed = _follows(tracker, clip, first, last)
        for place in PLACES:
            away = np.zeros(2) if place == PLACES[0] else np.clip(
                random.normal(0, _SPREAD, 2), -_FARTHEST, _FARTHEST)
            yield _click(sequence.name, place, clip, first, last, away, tracker, box_around,
                         true_followed)


def starts(sequence: Sequence, every: int, frames: int) -> list[int]:
    """Return the frames that are clicked on."""
    known = shows_target(sequence.boxes)
    return [start for start in range(0, len(sequence.boxes) - frames, every)
            if known[start] and known[start + frames]]


def _click(
    name: str, place: str, clip: ListOf[Image], first: Box, last: Box,
    away: npt.NDArray[np.float64],
    tracker: Tracker, box_around: BoxAround, true_followed: bool,
) -> Click:
    height, width = clip[0].shape[:2]
    x = min(max(first.center_x + away[0] * first.width, 0), width - 1)
    y = min(max(first.center_y + away[1] * first.height, 0), height - 1)
    began = perf_counter()
    try:
        box = box_around(clip[0], x, y)
    except ValueError:
        return Click(name, place, None, perf_counter() - began, False, true_followed)
    seconds = perf_counter() - began
    return Click(name, place, box.overlap(first), seconds, _follows(tracker, clip, box, last),
                 true_followed)


def _follows(tracker: Tracker, clip: ListOf[Image], first: Box, last: Box) -> bool:
    tracker.init(clip[0], first)
    box = first
    for image in clip[1:]:
        box = tracker.track(image).box
    inside = (last.x <= box.center_x <= last.x + last.width
              and last.y <= box.center_y <= last.y + last.height)
    return inside or box.overlap(last) > _ON_TARGET

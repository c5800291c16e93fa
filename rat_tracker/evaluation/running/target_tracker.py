"""A tracker as nodes run it: with states, which decide what is learned and when to search."""

from __future__ import annotations

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult


class TargetTracker:
    """A ``Target`` behind the contract of a tracker; see ``rat_tracker.tracker.Tracker``.

    In state LOST the box is where the target was seen last, and the score that of the best
    candidate.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._target = Target(tracker)

    @property
    def engine(self) -> str:
        return self._target.engine

    @property
    def state(self) -> State:
        """What was said of the newest frame."""
        return self._target.state

    def init(self, image: Image, box: Box) -> None:
        self._target.init(image, box)

    def track(self, image: Image) -> TrackResult:
        estimate = self._target.track(image)
        return TrackResult(estimate.box, estimate.score, estimate.attention, estimate.timings)

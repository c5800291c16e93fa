"""Bring each target together with what tells how far away it is."""

from __future__ import annotations

from typing import Any

from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.position.back_projection import Position
from rat_tracker.position.parameters import PositionParameters
from rat_tracker.position.places import place_by_depth
from rat_tracker.position.places import place_by_size
from rat_tracker.position.seen_target import SeenTarget
from rat_tracker.position.stamp_matcher import Pair
from rat_tracker.position.stamp_matcher import StampMatcher
from rat_tracker.target import State

Located = Pair[SeenTarget, Any]


class Locator:
    """Hand out targets whose place can be told, by depth or by size; not thread-safe.

    It is told every result before the target in it.
    """

    def __init__(self, parameters: PositionParameters) -> None:
        self._matcher: StampMatcher[SeenTarget, Any] = StampMatcher()
        self._id = ''
        self.apply(parameters)

    def apply(self, parameters: PositionParameters) -> None:
        """Take over other parameters."""
        self._parameters = parameters
        self._matcher.tolerance = parameters.depth_tolerance

    def on_result(self, result: TrackingResult) -> int:
        """Let go of the targets that wait, once the target is another one or in doubt.

        Return how many these were.
        """
        same = result.id == self._id and result.estimate.state is State.TRACKING
        self._id = result.id
        return 0 if same else self._matcher.forget_targets()

    def push_target(self, target: SeenTarget) -> list[Located]:
        """Take in a target and return what is decided now, oldest first.

        :raises ValueError: its depth cannot be found; the message says why
        """
        if self._parameters.source == 'size':
            return [Pair(target, None, 0.0)]
        if not target.stamp:
            raise ValueError('the images have a zero stamp, by which no depth image can be '
                             'found; let the camera driver set header.stamp')
        return self._matcher.push_target(target.stamp, target)

    def push_depth(self, stamp: int, message: Any) -> list[Located]:
        """Take in a ``sensor_msgs/Image`` of depth and return what is decided now, oldest first.

        :param stamp: nanoseconds
        """
        return self._matcher.push_depth(stamp, message)

    def end(self) -> list[Located]:
        """Return the targets that wait, oldest first: no depth is to come any more."""
        return self._matcher.decide()

    def clear(self) -> None:
        """Let go of everything."""
        self._matcher.clear()

    def place(self, located: Located) -> Position:
        """Return where a target is.

        :raises ValueError: that cannot be told; the message says why
        """
        if self._parameters.source == 'size':
            return place_by_size(located.target, self._parameters)
        return place_by_depth(located, self._parameters)

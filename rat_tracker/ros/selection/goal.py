"""One goal of the action ``~/track_target``, from its selection to its outcome."""

from __future__ import annotations

import time

from rclpy.action.server import ServerGoalHandle
from rclpy.task import Future

from rat_tracker.action import TrackTarget
from rat_tracker.messages.target import write_target
from rat_tracker.msg import Target
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.pipeline.selection import Selection
from rat_tracker.ros.messages import message_type
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.stamps import seconds_text
from rat_tracker.target import State

# Seconds between two messages of feedback in one state: a planner decides a few times a second,
# and keeps feedback in a queue that a camera's full rate would fill; that is on ~/target.
_FEEDBACK_PERIOD = 0.1


class TrackGoal:
    """What becomes of a goal that has selected its target; not thread-safe."""

    def __init__(self, handle: ServerGoalHandle, selection: Selection, lost_timeout: int) -> None:
        """Begin with the target just selected.

        :param lost_timeout: longest time without the target, nanoseconds of image time; 0: no end
        """
        self.handle = handle
        self.ended = Future()
        self._selection = selection
        self._lost_timeout = lost_timeout
        self._last: TrackingResult | None = None
        self._last_sent = 0.0  # steady clock, seconds
        self._last_seen = time.monotonic()

    def on_result(self, result: TrackingResult) -> str:
        """Give feedback on a result.

        :returns: why the target counts as lost; empty while it does not
        """
        if result.id != self._selection.id:
            return ''  # it is of the target before this one
        now = time.monotonic()
        if result.estimate.state is State.TRACKING:
            self._last_seen = now
        changed = self._last is None or self._last.estimate.state is not result.estimate.state
        self._last = result
        if changed or now - self._last_sent >= _FEEDBACK_PERIOD:
            self._last_sent = now
            self.handle.publish_feedback(TrackTarget.Feedback(target=self._target()))
        return self._loss(result, now)

    def end(self, outcome: int, message: str, unread: TrackingResult | None) -> None:
        """Let whoever waits for ``ended`` finish the goal.

        :param unread: the newest result, where it was not passed on yet
        """
        if unread is not None and unread.id == self._selection.id:
            self._last = unread
        self.ended.set_result(
            TrackTarget.Result(outcome=outcome, message=message, last=self._target()))

    def _loss(self, result: TrackingResult, now: float) -> str:
        # Stamps that are missing or jumped back tell no time: the steady clock has to do.
        gone = (result.frame.stamp - result.last_seen if result.frame.stamp >= result.last_seen > 0
                else round((now - self._last_seen) * NANOSECONDS))
        if (result.estimate.state is State.TRACKING or not self._lost_timeout
                or gone <= self._lost_timeout):
            return ''
        return (f'not seen for {gone / NANOSECONDS:.2f} s, longer than lost_timeout, '
                f'{self._lost_timeout / NANOSECONDS:g} s; last seen at stamp '
                f'{seconds_text(result.last_seen)}')

    def _target(self) -> Target:
        if self._last is None:
            return Target(header=self._selection.frame.message.header, id=self._selection.id,
                          reason='no image was processed yet')
        return write_target(self._last, message_type)

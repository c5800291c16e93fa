"""The action ``~/track_target``: a planner has a target followed for as long as its goal lasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rclpy.action import ActionServer
from rclpy.action import CancelResponse
from rclpy.action import GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.node import Node

from rat_tracker.action import TrackTarget
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.ros.execution.executor import reason_of
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.selection.goal import TrackGoal
from rat_tracker.ros.selection.requests import request_from_call
from rat_tracker.ros.selection.requests import SelectionRequest
from rat_tracker.ros.selection.requests import SelectTarget

Outcome = TrackTarget.Result
_RESULT_TIMEOUT = 60  # seconds for which results are kept; planners ask for them at the start


class TrackAction:
    """At most one goal runs, the one whose target is followed; all in the executor's thread.

    Nothing here waits: the executor resumes a goal's coroutine once its future is done. The future
    is completed in the executor's own thread; another thread's doing would not wake it.
    """

    def __init__(
        self, node: Node, select: SelectTarget, on_cancel: Callable[[], None],
    ) -> None:
        """Offer the action.

        :param on_cancel: called when the planner cancels the goal that runs; it ends by ``end``
        """
        self._node = node
        self._select = select
        self._on_cancel = on_cancel
        self._goal: TrackGoal | None = None
        self._unfinished = 0
        self._closed = False
        self._server = ActionServer(
            node, TrackTarget, '~/track_target', self._execute, cancel_callback=self._cancel,
            result_timeout=_RESULT_TIMEOUT)

    @property
    def running(self) -> bool:
        """Whether a goal wants to know of results; may be asked from any thread."""
        return self._goal is not None

    def on_result(self, result: TrackingResult) -> str:
        """Give the goal's feedback.

        :returns: why its target counts as lost; empty while it does not
        """
        return '' if self._goal is None else self._goal.on_result(result)

    def end(self, outcome: int, message: str, unread: TrackingResult | None) -> None:
        """End the goal, if any: its target does not count any more.

        :param unread: the newest result, where it was not passed on yet
        """
        goal, self._goal = self._goal, None
        if goal is not None:
            goal.end(outcome, message, unread)

    @property
    def unfinished(self) -> bool:
        """Whether results of goals are still to be sent."""
        return self._unfinished > 0

    def refuse(self) -> None:
        """Take no goal any more; those that run were ended."""
        self._closed = True
        self._server.register_goal_callback(lambda _: GoalResponse.REJECT)

    def close(self) -> None:
        """Give the action back; a result that was not sent is lost."""
        self._server.destroy()

    async def _execute(self, handle: ServerGoalHandle) -> TrackTarget.Result:
        self._unfinished += 1
        try:
            result = await self._run(handle)
        except Exception as error:  # noqa: BLE001 - rclpy would print a traceback, and no reason
            self._node.executor.report(error, 'action ~/track_target', self._node)
            result = TrackTarget.Result(outcome=Outcome.FAILED, message=reason_of(error))
        finally:
            self._unfinished -= 1
        if result.outcome == Outcome.CANCELED:
            handle.canceled()
        else:
            handle.abort()
        return result

    async def _run(self, handle: ServerGoalHandle) -> TrackTarget.Result:
        if handle.is_cancel_requested:
            return TrackTarget.Result(
                outcome=Outcome.CANCELED, message='canceled before it began')
        if self._closed:
            return TrackTarget.Result(
                outcome=Outcome.REFUSED, message='the node is being cleaned up')
        try:
            selection = await self._select(
                'track_target', handle.request.header, lambda: _request_from_goal(handle))
        except ValueError as refusal:
            # Rejecting a goal would leave no room for the reason.
            outcome = Outcome.CANCELED if handle.is_cancel_requested else Outcome.REFUSED
            return TrackTarget.Result(outcome=outcome, message=str(refusal))
        goal = TrackGoal(handle, selection, nanoseconds(handle.request.lost_timeout))
        self._goal = goal
        result: TrackTarget.Result = await goal.ended
        return result

    def _cancel(self, handle: ServerGoalHandle) -> CancelResponse:
        if self._goal is not None and self._goal.handle == handle:
            self._on_cancel()
        return CancelResponse.ACCEPT


def _request_from_goal(handle: ServerGoalHandle) -> SelectionRequest:
    if nanoseconds(handle.request.lost_timeout) < 0:
        raise ValueError('lost_timeout is negative; zero waits for ever')
    return replace(
        request_from_call(handle.request), withdrawn=lambda: bool(handle.is_cancel_requested))

"""A planner that sends goals to ``~/track_target`` and remembers what it receives."""

from __future__ import annotations

from action_msgs.msg import GoalStatus
from builtin_interfaces.msg import Duration
from geometry_msgs.msg import Point
from rclpy.action import ActionClient
from rclpy.action.client import ClientGoalHandle
from ros.client import Client
from ros.client import NODE

from rat_tracker.action import TrackTarget
from rat_tracker.geometry import Box
from rat_tracker.ros.messages import to_box

ABORTED, CANCELED = GoalStatus.STATUS_ABORTED, GoalStatus.STATUS_CANCELED
EXECUTING = GoalStatus.STATUS_EXECUTING


class Goal:
    """One goal that was accepted, and its end."""

    def __init__(self, client: Client, handle: ClientGoalHandle) -> None:
        self._client = client
        self._handle = handle
        self._result = handle.get_result_async()
        self.feedback: list[TrackTarget.Feedback] = []

    @property
    def status(self) -> int:
        """The last state that the server published."""
        return int(self._handle.status)

    @property
    def running(self) -> bool:
        return not self._result.done()

    def result(self) -> TrackTarget.Result:
        """Wait for the end."""
        self._client.wait('the result of a goal', self._result.done)
        return self._result.result().result

    def final_status(self) -> int:
        """Wait for the end and return the status that came with the result."""
        self.result()
        return int(self._result.result().status)

    def cancel(self) -> int:
        """Ask for the end and return how many goals the server is to end."""
        future = self._handle.cancel_goal_async()
        self._client.wait('an answer to the cancellation', future.done)
        return len(future.result().goals_canceling)


class Planner:
    """The client of the action; leaves the domain without a word when it is closed."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._actions = ActionClient(client.node, TrackTarget, f'{NODE}/track_target')
        client.wait('the action', self._actions.server_is_ready)
        client.meet()  # else the node's first answers may be lost

    def close(self) -> None:
        """Go, whether goals run or not."""
        self._actions.destroy()

    def send(self, box: Box | None = None, index: int | None = None, *,
             point_of: Box | None = None, lost_timeout: float = 0.0, **fields: object) -> Goal:
        """Send a goal and wait until it is accepted.

        :param point_of: name the target by a point, this box's centre
        """
        goal = TrackTarget.Goal(**fields)
        if point_of is not None:
            goal.kind = TrackTarget.Goal.POINT
            goal.point = Point(x=float(point_of.center_x), y=float(point_of.center_y))
        if box is not None:
            goal.box = to_box(box)
        if index is not None:
            goal.header.stamp = self._client.stamp(index)
        goal.lost_timeout = Duration(
            sec=int(lost_timeout // 1), nanosec=round(lost_timeout % 1 * 1e9))
        feedback: list[TrackTarget.Feedback] = []
        future = self._actions.send_goal_async(
            goal, feedback_callback=lambda message: feedback.append(message.feedback))
        self._client.wait('an answer to the goal', future.done)
        assert future.result().accepted
        sent = Goal(self._client, future.result())
        sent.feedback = feedback
        return sent

"""The node that drives a robot after the target: from poses or bearings to ``cmd_vel``.

Whatever ends it, but for SIGKILL, the last velocity that it publishes is zero; then it is silent,
so that something else may drive. It sees no obstacles.
"""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts

if __name__ == '__main__':
    interrupts.end_node_if_interrupted()
    require_environment('follower_node')

from collections.abc import Callable
from typing import Any

from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import Vector3Stamped
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.context import Context
from rclpy.node import Node
from rclpy.parameter import Parameter

from rat_tracker.msg import Target
from rat_tracker.ros import parameters
from rat_tracker.ros.execution.spin import run_node
from rat_tracker.ros.execution.spin import Signals
from rat_tracker.ros.follower.announcer import Announcer
from rat_tracker.ros.follower.clock import NodeClock
from rat_tracker.ros.follower.following import FollowingController
from rat_tracker.ros.follower.following import RelativePosition
from rat_tracker.ros.follower.following import STANDSTILL
from rat_tracker.ros.follower.output import VelocityOutput
from rat_tracker.ros.follower.reports import NothingToFollow
from rat_tracker.ros.follower.reports import Reports
from rat_tracker.ros.follower.robot_frame import RobotFrame
from rat_tracker.ros.follower.settings import FollowerSettings
from rat_tracker.ros.follower.silence import Silence
from rat_tracker.ros.qos import newest
from rat_tracker.ros.qos import subscribe
from rat_tracker.stamps import NANOSECONDS


class FollowerNode(parameters.IdempotentParameters, Node):
    """Publish a velocity per period while there is a target to follow, and zero when it ends."""

    def __init__(self, *, context: Context | None = None) -> None:
        """Declare the parameters and subscribe.

        :param context: of ``rclpy``; None: the default one
        :raises ValueError: parameters are of the wrong type, out of range or contradictory
        """
        super().__init__('follower_node', context=context)
        self._settings = parameters.declare(self, FollowerSettings)
        self._controller = FollowingController(self._settings)
        self._reports = Reports(self._settings.timeout)
        self._robot_frame = RobotFrame(self)
        self._robot_frame.apply(self._settings.base_frame, self._settings.mounting)
        self._node_clock = NodeClock(self, self._forget)
        self._announcer = Announcer(self.get_logger())
        self._output = VelocityOutput(self, self._settings.stamped)
        subscribe(self, PoseStamped, 'pose', self._on_pose, newest())
        subscribe(self, Vector3Stamped, 'bearing', self._on_bearing, newest())
        subscribe(self, Target, 'target', self._on_target, newest())
        self._silence = Silence(
            self, {'pose': PoseStamped, 'bearing': Vector3Stamped, 'target': Target})
        self.add_on_set_parameters_callback(self._check_changes)
        self.add_post_set_parameters_callback(self._apply_changes)
        # It has to be able to stop while simulated time stands still.
        self._timer = self.create_timer(self._period / NANOSECONDS, self._tick, clock=Clock(
            clock_type=ClockType.STEADY_TIME))

    def close(self) -> None:
        """Stop the robot for good."""
        self._timer.cancel()
        self._output.close(self._node_clock.now().stamp, self._settings.frame_id)

    def enter_safe_state(self) -> None:
        """Stop the robot; what was heard is followed from the next period on, if it can be."""
        self._controller.stop()
        self._output.stop(self._node_clock.now().stamp, self._settings.frame_id)

    def destroy_node(self) -> None:
        """Stop the robot first."""
        self.close()
        super().destroy_node()

    # Inputs

    def _on_pose(self, message: PoseStamped) -> None:
        self._reports.pose.on_message(
            message.header, message.pose.position, self._node_clock.now(), self._settings.timeout)

    def _on_bearing(self, message: Vector3Stamped) -> None:
        self._reports.bearing.on_message(
            message.header, message.vector, self._node_clock.now(), self._settings.timeout)

    def _on_target(self, message: Target) -> None:
        self._reports.on_state(message.state, message.reason, self._node_clock.now())
        if self._reports.given_up and self._controller.velocity != STANDSTILL:
            self._tick()  # at once, not only at the next period

    def _forget(self) -> None:
        """Begin anew: what was heard is of another time."""
        self._reports.forget()

    # Parameters

    def _check_changes(self, changes: list[Parameter]) -> SetParametersResult:
        reason = parameters.change_error(self._settings, changes, configured=True)
        return SetParametersResult(successful=reason is None, reason=reason or '')

    def _apply_changes(self, changes: list[Parameter]) -> None:
        self._settings = parameters.read(self, FollowerSettings)
        self._controller.parameters = self._settings
        self._reports.timeout = self._settings.timeout
        self._robot_frame.apply(self._settings.base_frame, self._settings.mounting)
        # A timer that was made anew would begin to wait anew, and with it the next stop.
        self._timer.timer_period_ns = self._period

    # Output

    @property
    def _period(self) -> int:
        return round(NANOSECONDS / self._settings.rate)

    def _tick(self) -> None:
        now = self._node_clock.now()
        passed = self._node_clock.elapsed(now, 1 / self._settings.rate)
        try:
            if not self._settings.enabled:
                raise NothingToFollow('it is not enabled; set the parameter enabled to true')
            if frozen := self._node_clock.standstill(now):
                raise NothingToFollow(frozen)
            source, seen = self._reports.best(now)
            position = self._locate(seen, source is self._reports.pose)
        except NothingToFollow as reason:
            self._controller.stop()
            self._output.stop(now.stamp, self._settings.frame_id)
            self._announcer.log_stop(str(reason) or self._silence.reason())
        else:
            self._output.drive(
                self._controller.follow(position, passed), now.stamp, self._settings.frame_id)
            self._announcer.log_following(source.what)

    def _locate(self, seen: Any, is_point: bool) -> RelativePosition:
        try:
            return self._robot_frame.locate(seen, is_point=is_point)
        except ValueError as fault:
            raise NothingToFollow(str(fault)) from None


def main(create_node: Callable[[], FollowerNode] = FollowerNode) -> int:
    """Run the node of ``ros2 run rat_tracker follower_node``; 2 for wrong parameters."""
    return run_node('follower_node', create_node, Signals().spin, own_signals=True)


if __name__ == '__main__':
    raise SystemExit(main())

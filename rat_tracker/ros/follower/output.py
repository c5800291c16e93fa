"""The topic ``cmd_vel``: velocities while there are any, some zeros after them, then nothing."""

from __future__ import annotations

from geometry_msgs.msg import Twist
from geometry_msgs.msg import TwistStamped
from rclpy.duration import Duration
from rclpy.node import Node

from rat_tracker.ros.follower.following import STANDSTILL
from rat_tracker.ros.follower.following import Velocity
from rat_tracker.ros.messages import to_stamp
from rat_tracker.ros.qos import reliable_publisher

_STOPS = 3  # zero velocities before the silence, should a best-effort subscriber miss one
_LAST_WORDS = Duration(seconds=1)  # for reliable subscribers to get the last of them


class VelocityOutput:
    """Publish velocities as ``Twist`` or ``TwistStamped``."""

    def __init__(self, node: Node, stamped: bool) -> None:
        self._stamped = stamped
        self._stops = 0  # zero velocities that are still to be published
        self._publisher = reliable_publisher(
            node, TwistStamped if stamped else Twist, 'cmd_vel', 1)

    def drive(self, velocity: Velocity, stamp: int, frame_id: str) -> None:
        """Publish a velocity.

        :param stamp: the time at which it was decided on, nanoseconds: where this process is held
            up on the way, the robot shall not take it for younger than it is
        """
        self._publish(velocity, stamp, frame_id)
        self._stops = _STOPS

    def stop(self, stamp: int, frame_id: str) -> None:
        """Publish zero, and after some calls nothing, so that something else may drive."""
        if self._stops:
            self._stops -= 1
            self._publish(STANDSTILL, stamp, frame_id)

    def close(self, stamp: int, frame_id: str) -> None:
        """Publish zero for the last time, and wait until it has arrived."""
        if self._stops:
            self._stops = 0
            self._publish(STANDSTILL, stamp, frame_id)
            self._publisher.wait_for_all_acked(_LAST_WORDS)

    def _publish(self, velocity: Velocity, stamp: int, frame_id: str) -> None:
        twist = Twist()
        twist.linear.x, twist.angular.z = velocity.linear, velocity.angular
        if self._stamped:
            stamped = TwistStamped(twist=twist)
            stamped.header.stamp = to_stamp(stamp)
            stamped.header.frame_id = frame_id
            self._publisher.publish(stamped)
        else:
            self._publisher.publish(twist)

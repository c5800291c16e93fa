"""The other side of the follower: a tracker that reports a target, and a robot that listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
import math
from typing import Any

from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import Twist
from geometry_msgs.msg import TwistStamped
from geometry_msgs.msg import Vector3Stamped
from rcl_interfaces.msg import Parameter as ParameterMessage
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from ros.client import Client
from ros.client import FRAME_ID
from ros.node_process import NodeProcess
from ros.node_process import ROOT
from ros.node_thread import NodeThread
from std_msgs.msg import Header

from rat_tracker.msg import Target
from rat_tracker.ros.follower.following import Velocity
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.messages import to_stamp

FOLLOWER = ROOT / 'rat_tracker' / 'ros' / 'follower' / 'node.py'
AHEAD = (0.0, 0.0, 4.0)  # far enough to drive at
ASIDE = (-1.0, 0.0, 4.0)  # to the left
_PERIOD = 0.05  # s between two reports


@dataclass(frozen=True, slots=True)
class Command:
    """A velocity that the robot was told."""

    velocity: Velocity
    stamp: int  # nanoseconds, when it was decided on; 0 in a Twist
    frame_id: str = ''


class Robot:
    """Report a target twenty times a second, and keep what comes on ``cmd_vel``."""

    def __init__(
        self, client: Client, node: NodeThread | NodeProcess, *, stamped: bool = True,
    ) -> None:
        self.client = client
        self.node = node
        self.commands: list[Command] = []
        self.pose: tuple[float, float, float] | None = None
        self.bearing: tuple[float, float, float] | None = None
        self.state: int | None = None
        self.frame_id = FRAME_ID
        self.last_stamp = 0  # of the newest pose or bearing, nanoseconds
        self._reports = 0
        self.stamp: Callable[[], int] = lambda: int(client.node.get_clock().now().nanoseconds)
        graph = client.node
        self._poses = graph.create_publisher(PoseStamped, '/pose', 1)
        self._bearings = graph.create_publisher(Vector3Stamped, '/bearing', 1)
        self._targets = graph.create_publisher(Target, '/target', 1)
        self._parameters = graph.create_client(
            SetParameters, '/follower_node/set_parameters')
        graph.create_subscription(
            TwistStamped if stamped else Twist, '/cmd_vel',
            self._take_stamped if stamped else self._take, 100)
        graph.create_timer(_PERIOD, self.report)
        for publisher in (self._poses, self._bearings, self._targets):
            client.wait(f'a subscription to {publisher.topic_name}',
                        publisher.get_subscription_count)
        client.wait('cmd_vel', lambda: graph.count_publishers('/cmd_vel'))

    def _take(self, message: Twist) -> None:
        self.commands.append(Command(Velocity(message.linear.x, message.angular.z), 0))

    def _take_stamped(self, message: TwistStamped) -> None:
        twist = message.twist
        self.commands.append(Command(
            Velocity(twist.linear.x, twist.angular.z), nanoseconds(message.header.stamp),
            message.header.frame_id))

    def report(self) -> None:
        """Send what is known of the target now."""
        self._reports += 1
        stamp = self.stamp()
        header = Header(stamp=to_stamp(stamp), frame_id=self.frame_id)
        if self.state is not None:
            self._targets.publish(Target(
                header=header, state=self.state, reason='because the test says so'))
        if self.pose is not None:
            pose = PoseStamped(header=header)
            position = pose.pose.position
            position.x, position.y, position.z = self.pose
            self._poses.publish(pose)
            self.last_stamp = stamp
        if self.bearing is not None:
            bearing = Vector3Stamped(header=header)
            bearing.vector.x, bearing.vector.y, bearing.vector.z = self.bearing
            self._bearings.publish(bearing)
            self.last_stamp = stamp

    @property
    def velocity(self) -> Velocity:
        """What the robot was told last; zero if nothing ever was."""
        return self.commands[-1].velocity if self.commands else Velocity()

    def wait(self, what: str, condition: Callable[[], Any]) -> Any:
        return self.client.wait(what, condition)

    def await_drive(self) -> None:
        """Wait until the robot drives ahead."""
        self.wait('the robot to drive', lambda: self.velocity.linear > 0.1)

    def await_stop(self) -> tuple[Command, Command]:
        """Wait until the robot is told to stand still.

        :returns: the last command by which it drives, and the one after it
        """
        self.wait('the robot to stop', lambda: self.velocity == Velocity())
        return next((before, after) for after, before in pairwise(reversed(self.commands))
                    if before.velocity != Velocity())

    def await_commands(self, count: int = 1) -> list[Command]:
        """Wait for so many more commands and return them."""
        before = len(self.commands)
        self.wait('commands', lambda: len(self.commands) >= before + count)
        return self.commands[before:]

    def await_log(self, *words: str) -> None:
        """Wait until the node's log holds all these words."""
        self.wait(f'{words} in the log', lambda: all(word in self.node.log for word in words))

    def set_parameter(self, name: str, value: object) -> Any:
        """Change a parameter of the follower and return its verdict."""
        message: ParameterMessage = Parameter(name, value=value).to_parameter_msg()
        return self.client.call(
            SetParameters, '/follower_node/set_parameters',
            SetParameters.Request(parameters=[message])).results[0]

    def await_silence(self, reports: int = 10) -> None:
        """Wait until no command comes during so many reports; what came before is taken first."""
        commands, begin = -1, 0

        def silent() -> bool:
            nonlocal commands, begin
            if len(self.commands) != commands:
                commands, begin = len(self.commands), self._reports
            return self._reports >= begin + reports
        self.wait('silence on cmd_vel', silent)


def unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the direction of a vector."""
    length = math.hypot(x, y, z)
    return x / length, y / length, z / length

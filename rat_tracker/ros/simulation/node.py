"""A node that is a robot with an RGB-D camera, in a room with a person who walks and hides."""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts

if __name__ == '__main__':
    interrupts.end_node_if_interrupted()
    require_environment('simulated_robot')

import math
from typing import Any

from geometry_msgs.msg import Twist
from geometry_msgs.msg import TwistStamped
from rclpy.context import Context
from rclpy.node import Node
from std_msgs.msg import Header
from std_srvs.srv import Trigger

from rat_tracker.ros import parameters
from rat_tracker.ros.execution.spin import run_node
from rat_tracker.ros.follower.following import STANDSTILL
from rat_tracker.ros.follower.following import Velocity
from rat_tracker.ros.qos import newest
from rat_tracker.ros.qos import subscribe
from rat_tracker.ros.simulation.camera import Camera
from rat_tracker.ros.simulation.output import SimulationOutput
from rat_tracker.ros.simulation.settings import SimulationSettings
from rat_tracker.ros.simulation.view import MapView
from rat_tracker.ros.simulation.world import World
from rat_tracker.stamps import NANOSECONDS

_VIEW_PERIOD = 0.2  # s between two views from above
_THROTTLE = 5.0  # s between two log lines of one kind
_LONGEST_STEP = 0.2  # s; a machine that sleeps longer slows the world down


class SimulatedRobot(parameters.IdempotentParameters, Node):
    """Let the world go on, show it, and obey ``cmd_vel``."""

    def __init__(self, *, context: Context | None = None) -> None:
        """Declare the parameters and begin.

        :param context: of ``rclpy``; None: the default one
        :raises ValueError: parameters are of the wrong type, out of range or none of their choices
        """
        super().__init__('simulated_robot', context=context)
        self._settings = settings = parameters.declare(self, SimulationSettings)
        self._world = World()
        self._world.walking = not settings.start_paused
        self._camera = Camera(settings.width, settings.height, settings.field_of_view)
        self._map = MapView(self._world, settings.field_of_view)
        self._output = SimulationOutput(self, settings.depth_encoding, settings.depth_range)
        self._now = self._commanded = self._viewed = self._time()
        subscribe(self, TwistStamped if settings.stamped else Twist, 'cmd_vel', self._on_velocity,
                  newest())
        self.create_service(Trigger, '~/resume', self._resume)
        self.create_timer(1 / settings.rate, self._tick)
        box = self._camera.box(self._world)
        assert box is not None
        # The tracker is where the robot is; without an option the one outside of all namespaces.
        namespace = self.get_namespace().rstrip('/')
        tracker = f' --node {namespace}/tracker_node' if namespace else ''
        self.get_logger().info(
            'the person waits for the robot; to select the person: '
            'python -m rat_tracker.ros.selection.select_target --box '
            f'{",".join(f"{value:.0f}" for value in box.values)}{tracker}')

    def _time(self) -> float:
        return float(self.get_clock().now().nanoseconds) / NANOSECONDS

    def _on_velocity(self, message: Any) -> None:
        twist = message.twist if self._settings.stamped else message
        if not (math.isfinite(twist.linear.x) and math.isfinite(twist.angular.z)):
            self.get_logger().warning(
                'a velocity on cmd_vel is not finite and is passed over; look at who publishes it',
                throttle_duration_sec=_THROTTLE)
            return
        self._world.command = Velocity(twist.linear.x, twist.angular.z)
        self._commanded = self._time()
        if self._world.command != STANDSTILL:
            self._world.walking = True

    def _resume(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success = not self._world.walking
        response.message = '' if response.success else 'the person walks already'
        self._world.walking = True
        return response

    def _tick(self) -> None:
        now = self.get_clock().now()
        time = now.nanoseconds / NANOSECONDS
        if time - self._commanded > self._settings.command_timeout:
            self._world.command = STANDSTILL
        self._world.step(min(max(time - self._now, 0.0), _LONGEST_STEP))
        self._now = time
        header = Header(stamp=now.to_msg(), frame_id=self._settings.frame_id)
        camera, world = self._camera, self._world
        self._output.publish_info(camera, header)
        if self._output.images_wanted:
            self._output.publish_images(camera.render(world), header)
        self._output.publish_truth(
            header, camera.box(world), camera.point(world), camera.sees(world))
        self._output.publish_poses(world, header.stamp)
        if self._output.view_wanted and abs(time - self._viewed) >= _VIEW_PERIOD:
            self._viewed = time
            self._output.publish_view(
                self._map.draw(world, f'{world.distance:.2f} m apart'), header)


def main() -> int:
    """Run the node of ``ros2 run rat_tracker simulated_robot``; 2 for wrong parameters."""
    return run_node('simulated_robot', SimulatedRobot)


if __name__ == '__main__':
    raise SystemExit(main())

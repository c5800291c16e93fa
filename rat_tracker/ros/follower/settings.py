"""The parameters of ``follower_node``: those of the controller, and its own."""

from __future__ import annotations

from dataclasses import dataclass
import math

from rat_tracker.parameters import parameter
from rat_tracker.ros.follower.following import FollowingParameters
from rat_tracker.ros.follower.following import Mounting

_ANGLES = (-math.pi, math.pi)
_METRES = (-5.0, 5.0)


@dataclass(frozen=True, slots=True)
class FollowerSettings(FollowingParameters):
    """One moment's values of all parameters."""

    enabled: bool = parameter(
        True, 'Whether to follow; when set to false the robot is stopped and left to others.')
    timeout: float = parameter(
        0.25, 'How old the newest pose or bearing may be, by its stamp and by its arrival, in '
        'seconds; then the robot is stopped.', between=(0.05, 5.0))
    rate: float = parameter(
        30.0, 'How often a velocity is published while following, in Hz.', between=(5.0, 200.0))
    stamped: bool = parameter(
        False, 'Whether cmd_vel is a TwistStamped instead of a Twist; its stamp is the time at '
        'which the velocity was decided on.', read_only=True)
    frame_id: str = parameter(
        'base_link', "The frame in the header of a TwistStamped: the robot's own.")
    base_frame: str = parameter(
        '', "The robot's frame, to which poses and bearings are transformed by TF; if empty, "
        "they are in the camera's optical frame, and the camera is where camera_x, camera_y, "
        'camera_yaw and camera_pitch say.')
    camera_x: float = parameter(
        0.0, "How far the camera is in front of the robot's centre of rotation, in metres.",
        between=_METRES)
    camera_y: float = parameter(
        0.0, "How far the camera is to the left of the robot's centre, in metres.",
        between=_METRES)
    camera_yaw: float = parameter(
        0.0, 'How far the camera looks to the left, in radians.', between=_ANGLES)
    camera_pitch: float = parameter(
        0.0, 'How far the camera looks down, in radians.', between=(-math.pi / 2, math.pi / 2))

    def consistency_error(self) -> str | None:
        """Return what no single range or choice tells to be wrong; None if all is well."""
        if self.distance_dead_zone >= self.distance:
            return (f'parameter distance_dead_zone is {self.distance_dead_zone:g} m, and with '
                    f'distance, {self.distance:g} m, it reaches to the target itself')
        return None

    @property
    def mounting(self) -> Mounting:
        """Where the camera is on the robot."""
        return Mounting(self.camera_x, self.camera_y, self.camera_yaw, self.camera_pitch)

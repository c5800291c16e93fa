"""The parameters of ``follower_node``, each stated once: default, description, unit, range."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields
import math

from rat_tracker.ros.follower.following import FOLLOWING_RANGES
from rat_tracker.ros.follower.following import FollowingParameters
from rat_tracker.ros.follower.following import Mounting
from rat_tracker.ros.parameters import parameter

_DEFAULT = FollowingParameters()
_ANGLES = (-math.pi, math.pi)
_METRES = (-5.0, 5.0)


@dataclass(frozen=True, slots=True)
class FollowerSettings:
    """One moment's values of all parameters."""

    enabled: bool = parameter(
        True, 'Whether to follow; when set to false the robot is stopped and left to others.')
    distance: float = parameter(
        _DEFAULT.distance, 'The distance to keep from the target, in metres.',
        between=FOLLOWING_RANGES['distance'])
    distance_dead_zone: float = parameter(
        _DEFAULT.distance_dead_zone, 'How far off the distance may be without a correction, in '
        'metres.', between=FOLLOWING_RANGES['distance_dead_zone'])
    angle_dead_zone: float = parameter(
        _DEFAULT.angle_dead_zone, 'How far aside the target may be without a correction, in '
        'radians.', between=FOLLOWING_RANGES['angle_dead_zone'])
    linear_gain: float = parameter(
        _DEFAULT.linear_gain, 'Speed per distance beyond the dead zone, in 1/s.',
        between=FOLLOWING_RANGES['linear_gain'])
    angular_gain: float = parameter(
        _DEFAULT.angular_gain, 'Turning speed per angle beyond the dead zone, in 1/s.',
        between=FOLLOWING_RANGES['angular_gain'])
    turn_in_place_angle: float = parameter(
        _DEFAULT.turn_in_place_angle, 'How far aside the target is when the robot only turns; '
        'before that it drives the slower the further, in radians.',
        between=FOLLOWING_RANGES['turn_in_place_angle'])
    max_linear_speed: float = parameter(
        _DEFAULT.max_linear_speed, 'The highest speed, in m/s.',
        between=FOLLOWING_RANGES['max_linear_speed'])
    max_angular_speed: float = parameter(
        _DEFAULT.max_angular_speed, 'The highest turning speed, in rad/s.',
        between=FOLLOWING_RANGES['max_angular_speed'])
    max_linear_acceleration: float = parameter(
        _DEFAULT.max_linear_acceleration, 'How fast the speed rises and falls, in m/s²; only a '
        'stop is at once.', between=FOLLOWING_RANGES['max_linear_acceleration'])
    max_angular_acceleration: float = parameter(
        _DEFAULT.max_angular_acceleration, 'How fast the turning speed rises and falls, in '
        'rad/s²; only a stop is at once.', between=FOLLOWING_RANGES['max_angular_acceleration'])
    reverse: bool = parameter(
        _DEFAULT.reverse, 'Whether to drive backwards from a target that is too near; a robot '
        'rarely sees what is behind it.')
    timeout: float = parameter(
        0.25, 'How old the newest pose or bearing may be, by its stamp and by its arrival, in '
        'seconds; then the robot is stopped.', between=(0.05, 5.0))
    rate: float = parameter(
        30.0, 'How often a velocity is published while following, in Hz.', between=(5.0, 200.0))
    stamped: bool = parameter(
        False, 'Whether cmd_vel is a TwistStamped instead of a Twist.', read_only=True)
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

    def contradiction(self) -> str | None:
        """Return what no single range or choice tells to be wrong; None if all is well."""
        if self.distance_dead_zone >= self.distance:
            return (f'parameter distance_dead_zone is {self.distance_dead_zone:g} m, and with '
                    f'distance, {self.distance:g} m, it reaches to the target itself')
        return None

    @property
    def following(self) -> FollowingParameters:
        """What the controller takes of them."""
        return FollowingParameters(**{
            item.name: getattr(self, item.name) for item in fields(FollowingParameters)})

    @property
    def mounting(self) -> Mounting:
        """Where the camera is on the robot."""
        return Mounting(self.camera_x, self.camera_y, self.camera_yaw, self.camera_pitch)

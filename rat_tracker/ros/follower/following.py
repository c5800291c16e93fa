"""From where a target is to how a robot on the ground moves to keep its distance to it.

Two frames of REP 103 are used, in metres: the camera's optical frame, x right, y down, z forward;
and the robot's, x forward, y left, z up, its origin where the robot turns about. Angles are
radians, counterclockwise from above: a target on the left has a positive bearing.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

from rat_tracker.parameters import parameter
from rat_tracker.parameters import require_ranges

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class FollowingParameters:
    """How to follow; the defaults suit an indoor robot at a person's side."""

    distance: float = parameter(
        1.5, 'The distance to keep from the target, in metres.', between=(0.1, 20.0))
    distance_dead_zone: float = parameter(
        0.15, 'How far off the distance may be without a correction, in metres.',
        between=(0.0, 5.0))
    angle_dead_zone: float = parameter(
        0.05, 'How far aside the target may be without a correction, in radians.',
        between=(0.0, 1.0))
    linear_gain: float = parameter(
        1.2, 'Speed per distance beyond the dead zone, in 1/s.', between=(0.0, 10.0))
    angular_gain: float = parameter(
        1.5, 'Turning speed per angle beyond the dead zone, in 1/s.', between=(0.0, 10.0))
    turn_in_place_angle: float = parameter(
        0.8, 'How far aside the target is when the robot only turns; before that it drives the '
        'slower the further, in radians.', between=(0.05, math.pi / 2))
    max_linear_speed: float = parameter(0.5, 'The highest speed, in m/s.', between=(0.0, 5.0))
    max_angular_speed: float = parameter(
        1.0, 'The highest turning speed, in rad/s.', between=(0.0, 5.0))
    max_linear_acceleration: float = parameter(
        0.5, 'How fast the speed rises and falls, in m/s²; only a stop is at once.',
        between=(0.01, 10.0))
    max_angular_acceleration: float = parameter(
        2.0, 'How fast the turning speed rises and falls, in rad/s²; only a stop is at once.',
        between=(0.01, 20.0))
    reverse: bool = parameter(
        False, 'Whether to drive backwards from a target that is too near; a robot rarely sees '
        'what is behind it.')

    def __post_init__(self) -> None:
        require_ranges(self)


@dataclass(frozen=True, slots=True)
class Velocity:
    """What a robot is told: ``linear`` in m/s, forward; ``angular`` in rad/s, to the left."""

    linear: float = 0.0
    angular: float = 0.0


STANDSTILL = Velocity()


@dataclass(frozen=True, slots=True)
class RelativePosition:
    """Where a target is on the ground, seen from the robot.

    ``bearing`` in rad; ``distance`` in m, None: not known.
    """

    bearing: float
    distance: float | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.bearing):
            raise ValueError(f'the bearing {self.bearing} of the target is not finite')
        if self.distance is not None and not 0 <= self.distance < math.inf:
            raise ValueError(f'the distance {self.distance} of the target is not finite')

    @classmethod
    def of_point(cls, point: Vector) -> RelativePosition:
        """Return the position of a point in the robot's frame.

        :raises ValueError: a coordinate is not finite, or the point is the robot's own
        """
        x, y, _ = _finite(point, 'position')
        if x == y == 0:
            raise ValueError('the target is where the robot itself is, in no direction')
        return cls(math.atan2(y, x), math.hypot(x, y))

    @classmethod
    def of_direction(cls, direction: Vector) -> RelativePosition:
        """Return the position of something seen in this direction, which need not be of length 1.

        :raises ValueError: a coordinate is not finite, or the direction is none on the ground
        """
        x, y, _ = _finite(direction, 'direction')
        if x == y == 0:
            raise ValueError('the direction to the target is straight up, down or nowhere')
        return cls(math.atan2(y, x))


@dataclass(frozen=True, slots=True)
class Mounting:
    """Where the camera is on the robot.

    ``x`` and ``y`` in m; turned to the left by ``yaw`` and then down by ``pitch``, in rad.
    """

    x: float = 0.0
    y: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0

    def rotate(self, vector: Vector) -> Vector:
        """Return a direction of the optical frame in the robot's."""
        right, down, forward = vector
        cosine, sine = math.cos(self.pitch), math.sin(self.pitch)
        ahead = cosine * forward - sine * down
        up = -sine * forward - cosine * down
        cosine, sine = math.cos(self.yaw), math.sin(self.yaw)
        return cosine * ahead + sine * right, sine * ahead - cosine * right, up

    def transform(self, point: Vector) -> Vector:
        """Return a point of the optical frame in the robot's, its height above the camera's."""
        x, y, z = self.rotate(point)
        return x + self.x, y + self.y, z


class FollowingController:
    """Tell a robot how to move, from one moment to the next."""

    def __init__(self, parameters: FollowingParameters) -> None:
        self.parameters, self._last = parameters, STANDSTILL

    @property
    def velocity(self) -> Velocity:
        """What the robot was told last."""
        return self._last

    def stop(self) -> Velocity:
        """Stand still at once: braking knows no limit."""
        self._last = STANDSTILL
        return STANDSTILL

    def follow(self, position: RelativePosition, seconds: float) -> Velocity:
        """Return the next velocity.

        Speeds rise and fall by the accelerations; only a speed that is to be zero, or to change
        its sign, is zero at once.

        :param seconds: since the last velocity
        :raises ValueError: the time is not finite, or negative
        """
        if not 0 <= seconds < math.inf:
            raise ValueError(f'{seconds} s cannot have passed since the last velocity')
        limits, last = self.parameters, self._last
        wanted = wanted_velocity(position, limits)
        linear = _approach(last.linear, wanted.linear, limits.max_linear_acceleration * seconds)
        turn = limits.max_angular_acceleration * seconds
        angular = _approach(last.angular, wanted.angular, turn)
        # The limits may have been lowered since.
        self._last = Velocity(_within(linear, limits.max_linear_speed),
                              _within(angular, limits.max_angular_speed))
        return self._last


def wanted_velocity(position: RelativePosition, limits: FollowingParameters) -> Velocity:
    """Return the velocity that a position asks for, were there no inertia."""
    angular = limits.angular_gain * _beyond(position.bearing, limits.angle_dead_zone)
    angular = _within(angular, limits.max_angular_speed)
    if position.distance is None:
        return Velocity(0.0, angular)
    error = _beyond(position.distance - limits.distance, limits.distance_dead_zone)
    aside = abs(position.bearing) / limits.turn_in_place_angle
    if aside >= 1 or (error < 0 and not limits.reverse):
        return Velocity(0.0, angular)
    # No faster than lets it come to rest within the error: v² = 2as.
    brake = math.sqrt(2 * limits.max_linear_acceleration * abs(error))
    linear = _within(limits.linear_gain * error, min(brake, limits.max_linear_speed))
    # Driving while the target is at the side leads past it, and perhaps out of its sight.
    return Velocity(linear * math.cos(math.pi / 2 * aside), angular)


def _beyond(value: float, dead_zone: float) -> float:
    """Return how far a value is outside of its dead zone, with the value's sign."""
    return math.copysign(max(abs(value) - dead_zone, 0.0), value)


def _within(value: float, limit: float) -> float:
    return min(max(value, -limit), limit)


def _approach(current: float, wanted: float, step: float) -> float:
    """Return the speed that is nearer to the wanted one by at most a step."""
    if wanted == 0 or (current != 0 and (wanted < 0) != (current < 0)):
        return 0.0
    return current + _within(wanted - current, step)


def _finite(vector: Vector, what: str) -> Vector:
    if not all(math.isfinite(value) for value in vector):
        raise ValueError(f'the {what} {vector} of the target is not finite')
    return vector

"""What a robot is told keeps to its limits, whatever the target does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from dataclasses import replace
import math
from typing import Any

from hypothesis import assume
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st
import pytest

from rat_tracker.ros.follower.following import FollowingController
from rat_tracker.ros.follower.following import FollowingParameters
from rat_tracker.ros.follower.following import Mounting
from rat_tracker.ros.follower.following import RelativePosition
from rat_tracker.ros.follower.following import STANDSTILL
from rat_tracker.ros.follower.following import Vector
from rat_tracker.ros.follower.following import wanted_velocity

DEFAULT = FollowingParameters()
TOLERANCE = 1e-9

parameters = st.builds(FollowingParameters, reverse=st.booleans(), **{
    item.name: st.floats(*item.metadata['between']) for item in fields(FollowingParameters)
    if item.metadata['between']})
positions = st.builds(
    RelativePosition, st.floats(-math.pi, math.pi), st.none() | st.floats(0, 1e6))
seconds = st.floats(0, 1)
journeys = st.lists(st.tuples(positions, seconds), min_size=1, max_size=20)
coordinates = st.floats(allow_nan=True, allow_infinity=True)


def sign(value: float) -> int:
    return (value > 0) - (value < 0)


@given(parameters, journeys)
def test_no_velocity_is_above_its_limit_or_not_finite(
    limits: FollowingParameters, journey: list[tuple[RelativePosition, float]],
) -> None:
    follower = FollowingController(limits)
    for position, passed in journey:
        velocity = follower.follow(position, passed)
        assert abs(velocity.linear) <= limits.max_linear_speed
        assert abs(velocity.angular) <= limits.max_angular_speed


@given(parameters, journeys)
def test_a_velocity_changes_by_its_acceleration_at_most_unless_it_brakes_to_zero(
    limits: FollowingParameters, journey: list[tuple[RelativePosition, float]],
) -> None:
    follower = FollowingController(limits)
    for position, passed in journey:
        before = follower.velocity
        after = follower.follow(position, passed)
        for old, new, most in (
            (before.linear, after.linear, limits.max_linear_acceleration * passed),
            (before.angular, after.angular, limits.max_angular_acceleration * passed),
        ):
            assert new == 0 or abs(new - old) <= most + TOLERANCE
            assert old * new >= 0  # it never jumps through zero


# The product of speeds as slow as these is zero.
@example(FollowingParameters(angle_dead_zone=0.0, angular_gain=1.0, max_angular_speed=1.1e-308),
         [(RelativePosition(-1.0), 1.0), (RelativePosition(1.0), 0.0)])
@given(parameters, journeys)
def test_every_velocity_leads_towards_what_is_wanted_or_is_zero(
    limits: FollowingParameters, journey: list[tuple[RelativePosition, float]],
) -> None:
    follower = FollowingController(limits)
    for position, passed in journey:
        velocity = follower.follow(position, passed)
        assert sign(velocity.angular) in (0, sign(position.bearing))
        if position.distance is None:
            assert velocity.linear == 0
        else:
            assert sign(velocity.linear) in (0, sign(position.distance - limits.distance))


@given(parameters, st.floats(-1, 1), st.floats(-1, 1), seconds)
def test_within_the_dead_zones_nothing_moves(
    limits: FollowingParameters, angle_part: float, distance_part: float, passed: float,
) -> None:
    distance = limits.distance + distance_part * limits.distance_dead_zone
    assume(abs(distance - limits.distance) <= limits.distance_dead_zone and distance >= 0)
    position = RelativePosition(angle_part * limits.angle_dead_zone, distance)
    follower = FollowingController(limits)
    for _ in range(3):  # also when it comes from full speed
        follower.follow(
            RelativePosition(0.9 * limits.turn_in_place_angle, limits.distance + 100), 10.0)
    assert follower.follow(position, passed) == STANDSTILL


@given(parameters, journeys)
def test_without_reverse_it_never_drives_backwards(
    limits: FollowingParameters, journey: list[tuple[RelativePosition, float]],
) -> None:
    follower = FollowingController(replace(limits, reverse=False))
    assert all(follower.follow(position, passed).linear >= 0 for position, passed in journey)


@given(parameters, positions)
def test_a_target_beside_or_behind_is_turned_to_and_not_driven_at(
    limits: FollowingParameters, position: RelativePosition,
) -> None:
    assume(abs(position.bearing) >= limits.turn_in_place_angle)
    assert wanted_velocity(position, limits).linear == 0


@given(st.floats(0, 0.8), st.floats(0, 0.8))
def test_the_further_aside_the_slower_it_drives(one: float, other: float) -> None:
    nearer, further = sorted((one, other))
    speeds = [wanted_velocity(RelativePosition(-bearing, 3.0), DEFAULT).linear
              for bearing in (nearer, further)]
    assert speeds[0] >= speeds[1]


def test_with_reverse_it_backs_away_from_what_is_too_near() -> None:
    near = RelativePosition(0.0, 0.5)
    assert wanted_velocity(near, DEFAULT).linear == 0
    assert wanted_velocity(near, replace(DEFAULT, reverse=True)).linear < 0


@given(parameters, st.floats(0, 50))
def test_it_can_come_to_rest_before_the_distance_is_passed(
    limits: FollowingParameters, ahead: float,
) -> None:
    velocity = wanted_velocity(RelativePosition(0.0, limits.distance + ahead), limits)
    braking = velocity.linear ** 2 / (2 * limits.max_linear_acceleration)
    assert braking <= ahead + TOLERANCE


@given(parameters, journeys)
def test_it_stops_at_once(
    limits: FollowingParameters, journey: list[tuple[RelativePosition, float]],
) -> None:
    follower = FollowingController(limits)
    for position, passed in journey:
        follower.follow(position, passed)
    assert follower.stop() == follower.velocity == STANDSTILL


def test_a_lowered_limit_holds_from_the_next_velocity_on() -> None:
    follower = FollowingController(DEFAULT)
    for _ in range(100):
        follower.follow(RelativePosition(0.5, 10.0), 0.1)
    follower.parameters = replace(DEFAULT, max_linear_speed=0.1, max_angular_speed=0.2)
    velocity = follower.follow(RelativePosition(0.5, 10.0), 0.0)
    assert velocity.linear <= 0.1
    assert velocity.angular <= 0.2


def position_or_reason(
    make: Callable[[Vector], RelativePosition], vector: Vector,
) -> RelativePosition | str:
    try:
        return make(vector)
    except ValueError as refusal:
        return str(refusal)


# Behind by so little that a part of it is zero; the sine of its bearing, pi, is not.
@example(-5e-324, 0.0, 0.0)
@given(coordinates, coordinates, coordinates)
def test_a_point_is_a_position_or_refused(x: float, y: float, z: float) -> None:
    position = position_or_reason(RelativePosition.of_point, (x, y, z))
    usable = all(map(math.isfinite, (x, y, z))) and 0 < math.hypot(x, y) < math.inf
    assert isinstance(position, RelativePosition) == usable
    if isinstance(position, RelativePosition):
        assert position.distance == math.hypot(x, y)
        assert sign(math.sin(position.bearing)) == sign(y) or abs(y) <= TOLERANCE * abs(x)
    else:
        assert 'target' in position


@given(coordinates, coordinates, coordinates)
def test_a_direction_is_a_bearing_or_refused(x: float, y: float, z: float) -> None:
    position = position_or_reason(RelativePosition.of_direction, (x, y, z))
    usable = all(map(math.isfinite, (x, y, z))) and not x == y == 0
    assert isinstance(position, RelativePosition) == usable
    if isinstance(position, RelativePosition):
        assert position.distance is None
        assert -math.pi <= position.bearing <= math.pi


@pytest.mark.parametrize(('arguments', 'fault'), [
    ((math.nan, 1.0), 'bearing nan'), ((math.inf,), 'bearing inf'),
    ((0.0, math.nan), 'distance nan'), ((0.0, math.inf), 'distance inf'), ((0.0, -1.0), '-1'),
])
def test_a_position_that_is_none_is_refused(arguments: tuple[float, ...], fault: str) -> None:
    with pytest.raises(ValueError) as refusal:
        RelativePosition(*arguments)
    assert fault in str(refusal.value)


@pytest.mark.parametrize('passed', [math.nan, math.inf, -0.1])
def test_a_time_that_cannot_be_is_refused_and_nothing_changes(passed: float) -> None:
    follower = FollowingController(DEFAULT)
    velocity = follower.follow(RelativePosition(0.3, 3.0), 0.1)
    with pytest.raises(ValueError) as refusal:
        follower.follow(RelativePosition(0.3, 3.0), passed)
    assert 'cannot have passed' in str(refusal.value)
    assert follower.velocity == velocity


@pytest.mark.parametrize(('name', 'value'), [
    ('distance', 0.0), ('max_linear_speed', -1.0), ('max_linear_acceleration', 0.0),
    ('turn_in_place_angle', 2.0), ('angular_gain', math.nan),
])
def test_a_parameter_out_of_range_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError) as refusal:
        replace(DEFAULT, **{name: value})
    assert name in str(refusal.value)


def test_what_the_camera_sees_ahead_right_and_below_is_there_on_the_robot() -> None:
    assert Mounting().rotate((0, 0, 1)) == pytest.approx((1, 0, 0))
    assert Mounting().rotate((1, 0, 0)) == pytest.approx((0, -1, 0))
    assert Mounting().rotate((0, 1, 0)) == pytest.approx((0, 0, -1))


def test_a_camera_that_looks_down_or_aside_sees_the_same_ground() -> None:
    down = Mounting(pitch=0.3)
    assert down.rotate((0, 0, 1)) == pytest.approx((math.cos(0.3), 0, -math.sin(0.3)))
    left = Mounting(yaw=0.5)
    assert RelativePosition.of_direction(left.rotate((0, 0, 1))).bearing == pytest.approx(0.5)
    ahead = Mounting(x=0.4, y=-0.1)
    assert ahead.transform((0, 0, 1)) == pytest.approx((1.4, -0.1, 0))


@given(st.floats(-3, 3), st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_a_mounting_turns_and_does_not_stretch(
    yaw: float, pitch: float, x: float, y: float, z: float,
) -> None:
    turned = Mounting(yaw=yaw, pitch=pitch).rotate((x, y, z))
    assert math.hypot(*turned) == pytest.approx(math.hypot(x, y, z))


@given(st.floats(-3, 3), st.floats(-1.5, 1.5))
def test_a_point_is_at_the_same_position_however_the_camera_turns(
    yaw: float, pitch: float,
) -> None:
    point, mounting = (2.0, 0.5, -0.6), Mounting(x=0.2, y=0.1, yaw=yaw, pitch=pitch)
    relative = (point[0] - mounting.x, point[1] - mounting.y, point[2])
    right, down, forward = (
        sum(along * away for along, away in zip(mounting.rotate(axis), relative, strict=True))
        for axis in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    assert mounting.transform((right, down, forward)) == pytest.approx(point)

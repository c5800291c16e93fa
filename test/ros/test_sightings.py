"""What a robot may act on, moment by moment, whatever arrives in whatever order."""

from __future__ import annotations

from dataclasses import dataclass
import math

from hypothesis import given
from hypothesis import strategies as st
import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from geometry_msgs.msg import Point
from std_msgs.msg import Header

from rat_tracker.ros.follower.sightings import Moment
from rat_tracker.ros.follower.sightings import NoSighting
from rat_tracker.ros.follower.sightings import Sighting
from rat_tracker.ros.follower.sightings import Sightings
from rat_tracker.ros.messages import to_stamp
from rat_tracker.target import State

TIMEOUT = 0.25
BEGIN = 1_000.0  # s


def moment(seconds: float) -> Moment:
    return Moment(round(seconds * 1e9), seconds)


@dataclass(frozen=True)
class Event:
    """Something arrives ``after`` so many s, stamped ``age`` s before."""

    after: float
    what: str
    age: float
    state: int
    x: float


events = st.builds(
    Event, st.floats(0, 0.3), st.sampled_from(('pose', 'bearing', 'state', 'nothing')),
    st.floats(-1, 2), st.integers(0, 5), st.sampled_from((0.0, 1.0, math.nan, math.inf)))


def report(sightings: Sightings, event: Event, now: Moment) -> None:
    if event.what == 'state':
        sightings.take_state(event.state, 'said so', now)
    elif event.what != 'nothing':
        source = sightings.pose if event.what == 'pose' else sightings.bearing
        header = Header(stamp=to_stamp(now.stamp - round(event.age * 1e9)))
        source.take(header, Point(x=event.x, z=2.0), now, TIMEOUT)


def acted_on(sightings: Sightings, now: Moment) -> Sighting | None:
    try:
        return sightings.best(now)[1]
    except NoSighting:
        return None


@given(st.lists(events, max_size=40))
def test_nothing_is_acted_on_that_is_old_or_of_the_future_or_not_finite(
    journey: list[Event],
) -> None:
    sightings, time = Sightings(TIMEOUT), BEGIN
    for event in journey:
        time += event.after
        now = moment(time)
        report(sightings, event, now)
        seen = acted_on(sightings, now)
        if seen is not None:
            assert now.seconds - seen.arrived <= TIMEOUT
            assert -0.1 - 1e-6 <= (now.stamp - seen.stamp) / 1e9 <= TIMEOUT
            assert all(math.isfinite(value) for value in seen.vector)


@given(st.lists(events, max_size=40), st.sampled_from((State.LOST, State.SEARCHING)))
def test_nothing_is_acted_on_once_the_target_is_given_up(
    journey: list[Event], given_up: State,
) -> None:
    sightings, time = Sightings(TIMEOUT), BEGIN
    for event in journey:
        time += event.after
        report(sightings, event, moment(time))
    sightings.take_state(given_up, '', moment(time))
    assert acted_on(sightings, moment(time)) is None
    with pytest.raises(NoSighting) as reason:
        sightings.best(moment(time))
    assert given_up.name in str(reason.value)


def test_a_fresh_pose_comes_before_a_bearing_and_a_bearing_before_nothing() -> None:
    sightings = Sightings(TIMEOUT)
    for what, after in (('bearing', 0.1), ('pose', 0.0)):
        report(sightings, Event(0, what, 0.0, 0, 1.0), moment(BEGIN + after))
    assert sightings.best(moment(BEGIN + 0.1))[0] is sightings.pose
    assert sightings.best(moment(BEGIN + 0.3))[0] is sightings.bearing
    assert acted_on(sightings, moment(BEGIN + 0.4)) is None


def test_a_pose_that_comes_late_does_not_replace_a_newer_one() -> None:
    sightings = Sightings(TIMEOUT)
    for age, x in ((0.0, 1.0), (0.1, 0.0)):
        report(sightings, Event(0, 'pose', age, 0, x), moment(BEGIN))
    seen = acted_on(sightings, moment(BEGIN))
    assert seen is not None
    assert seen.vector[0] == 1.0


def test_when_the_clock_is_set_back_new_poses_count_again() -> None:
    sightings = Sightings(TIMEOUT)
    report(sightings, Event(0, 'pose', 0.0, 0, 1.0), moment(BEGIN))
    later = Moment(round((BEGIN - 3600) * 1e9), BEGIN + 0.05)
    sightings.pose.take(Header(stamp=to_stamp(later.stamp)), Point(z=3.0), later, TIMEOUT)
    seen = acted_on(sightings, later)
    assert seen is not None
    assert seen.vector == (0.0, 0.0, 3.0)


@pytest.mark.parametrize('state', [State.LOST, State.SEARCHING, State.UNCERTAIN])
def test_a_state_holds_until_another_is_told_however_long_poses_go_on(state: State) -> None:
    sightings = Sightings(TIMEOUT)
    sightings.take_state(state, '', moment(BEGIN))
    for index in range(40):
        time = BEGIN + index * 0.05
        report(sightings, Event(0, 'pose', 0.0, 0, 1.0), moment(time))
        assert acted_on(sightings, moment(time)) is None
    sightings.take_state(State.TRACKING, '', moment(BEGIN + 2.0))
    assert acted_on(sightings, moment(BEGIN + 2.0)) is not None


def test_doubt_is_borne_for_a_moment_and_not_longer() -> None:
    sightings = Sightings(TIMEOUT)
    for index in range(12):
        time = BEGIN + index * 0.05
        state = State.TRACKING if index < 4 else State.UNCERTAIN
        sightings.take_state(state, '', moment(time))
        report(sightings, Event(0, 'pose', 0.0, 0, 1.0), moment(time))
        doubt = time - (BEGIN + 3 * 0.05)
        assert (acted_on(sightings, moment(time)) is not None) == (doubt <= TIMEOUT + 1e-9)

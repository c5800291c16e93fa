"""What a robot may act on, moment by moment, whatever arrives in whatever order."""

from __future__ import annotations

from dataclasses import dataclass
import math

from geometry_msgs.msg import Point
from hypothesis import given
from hypothesis import strategies as st
import pytest
from std_msgs.msg import Header

from rat_tracker.ros.follower.reports import Instant
from rat_tracker.ros.follower.reports import NothingToFollow
from rat_tracker.ros.follower.reports import Report
from rat_tracker.ros.follower.reports import Reports
from rat_tracker.ros.messages import to_stamp
from rat_tracker.target import State

TIMEOUT = 0.25
BEGIN = 1_000.0  # s


def moment(seconds: float) -> Instant:
    return Instant(round(seconds * 1e9), seconds)


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


def report(reports: Reports, event: Event, now: Instant) -> None:
    if event.what == 'state':
        reports.on_state(event.state, 'said so', now)
    elif event.what != 'nothing':
        source = reports.pose if event.what == 'pose' else reports.bearing
        header = Header(stamp=to_stamp(now.stamp - round(event.age * 1e9)))
        source.on_message(header, Point(x=event.x, z=2.0), now, TIMEOUT)


def acted_on(reports: Reports, now: Instant) -> Report | None:
    try:
        return reports.best(now)[1]
    except NothingToFollow:
        return None


@given(st.lists(events, max_size=40))
def test_nothing_is_acted_on_that_is_old_or_of_the_future_or_not_finite(
    journey: list[Event],
) -> None:
    reports, time = Reports(TIMEOUT), BEGIN
    for event in journey:
        time += event.after
        now = moment(time)
        report(reports, event, now)
        seen = acted_on(reports, now)
        if seen is not None:
            assert now.seconds - seen.arrived <= TIMEOUT
            assert -0.1 - 1e-6 <= (now.stamp - seen.stamp) / 1e9 <= TIMEOUT
            assert all(math.isfinite(value) for value in seen.vector)


@given(st.lists(events, max_size=40), st.sampled_from((State.LOST, State.SEARCHING)))
def test_nothing_is_acted_on_once_the_target_is_given_up(
    journey: list[Event], given_up: State,
) -> None:
    reports, time = Reports(TIMEOUT), BEGIN
    for event in journey:
        time += event.after
        report(reports, event, moment(time))
    reports.on_state(given_up, '', moment(time))
    assert acted_on(reports, moment(time)) is None
    with pytest.raises(NothingToFollow) as reason:
        reports.best(moment(time))
    assert given_up.name in str(reason.value)


def test_a_fresh_pose_comes_before_a_bearing_and_a_bearing_before_nothing() -> None:
    reports = Reports(TIMEOUT)
    for what, after in (('bearing', 0.1), ('pose', 0.0)):
        report(reports, Event(0, what, 0.0, 0, 1.0), moment(BEGIN + after))
    assert reports.best(moment(BEGIN + 0.1))[0] is reports.pose
    assert reports.best(moment(BEGIN + 0.3))[0] is reports.bearing
    assert acted_on(reports, moment(BEGIN + 0.4)) is None


def test_a_pose_that_comes_late_does_not_replace_a_newer_one() -> None:
    reports = Reports(TIMEOUT)
    for age, x in ((0.0, 1.0), (0.1, 0.0)):
        report(reports, Event(0, 'pose', age, 0, x), moment(BEGIN))
    seen = acted_on(reports, moment(BEGIN))
    assert seen is not None
    assert seen.vector[0] == 1.0


def test_when_the_clock_is_set_back_new_poses_count_again() -> None:
    reports = Reports(TIMEOUT)
    report(reports, Event(0, 'pose', 0.0, 0, 1.0), moment(BEGIN))
    later = Instant(round((BEGIN - 3600) * 1e9), BEGIN + 0.05)
    reports.pose.on_message(Header(stamp=to_stamp(later.stamp)), Point(z=3.0), later, TIMEOUT)
    seen = acted_on(reports, later)
    assert seen is not None
    assert seen.vector == (0.0, 0.0, 3.0)


@pytest.mark.parametrize('state', [State.LOST, State.SEARCHING, State.UNCERTAIN])
def test_a_state_holds_until_another_is_reported_however_long_poses_go_on(state: State) -> None:
    reports = Reports(TIMEOUT)
    reports.on_state(state, '', moment(BEGIN))
    for index in range(40):
        time = BEGIN + index * 0.05
        report(reports, Event(0, 'pose', 0.0, 0, 1.0), moment(time))
        assert acted_on(reports, moment(time)) is None
    reports.on_state(State.TRACKING, '', moment(BEGIN + 2.0))
    assert acted_on(reports, moment(BEGIN + 2.0)) is not None


def test_uncertainty_is_borne_for_a_moment_and_not_longer() -> None:
    reports = Reports(TIMEOUT)
    for index in range(12):
        time = BEGIN + index * 0.05
        state = State.TRACKING if index < 4 else State.UNCERTAIN
        reports.on_state(state, '', moment(time))
        report(reports, Event(0, 'pose', 0.0, 0, 1.0), moment(time))
        uncertain = time - (BEGIN + 3 * 0.05)
        assert (acted_on(reports, moment(time)) is not None) == (uncertain <= TIMEOUT + 1e-9)

"""A lost target is searched, and a candidate is verified before the target counts as found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support_trackers import BLACK
from support_trackers import ScriptedSearcher

from rat_tracker.geometry import Box
from rat_tracker.redetection import SearchParameters
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.target import TargetParameters

START = Box(10, 10, 10, 10)
THERE = Box(44, 30, 10, 10)  # where the target comes back, in the 64×48 image
LIMITS = TargetParameters(
    lost_after=2, search=SearchParameters(windows_per_frame=2, found_after=2))
GOOD, BAD = 0.9, 0.05


def nothing(box: Box) -> tuple[Box, float]:
    return box, BAD


def there(box: Box) -> tuple[Box, float]:
    """See the target from windows less than its size away."""
    near = (abs(box.center_x - THERE.center_x) < THERE.width
            and abs(box.center_y - THERE.center_y) < THERE.height)
    return (THERE, GOOD) if near else (box, BAD)


def lost_target(sees: Callable[[Box], tuple[Box, float]]) -> tuple[Target, ScriptedSearcher]:
    """Return a target that has just been LOST."""
    tracker = ScriptedSearcher([START] * 1000, [BAD] * 3 + [GOOD] * 997, sees=sees)
    target = Target(tracker, LIMITS)
    target.init(BLACK, START)
    while target.track(BLACK).state != State.LOST:
        pass
    return target, tracker


def test_nothing_is_learned_while_the_target_is_uncertain() -> None:
    tracker = ScriptedSearcher([START] * 4, [GOOD, BAD, GOOD, GOOD])
    target = Target(tracker, LIMITS)
    target.init(BLACK, START)
    for _ in range(4):
        target.track(BLACK)

    assert tracker.learned == [True, True, False, True]


def test_lost_target_that_is_nowhere_stays_lost_and_the_reason_says_what_is_done() -> None:
    target, tracker = lost_target(nothing)
    estimates = [target.track(BLACK) for _ in range(100)]

    assert {estimate.state for estimate in estimates} == {State.LOST}
    assert {estimate.box for estimate in estimates} == {START}
    assert len(tracker.evaluated) == 200
    assert 'searching 2 of' in estimates[-1].reason
    assert tracker.resumed == []


def test_lost_target_is_found_wherever_it_comes_back() -> None:
    target, tracker = lost_target(there)
    states = [target.track(BLACK).state for _ in range(100)]

    assert State.TRACKING in states
    assert tracker.resumed == [THERE]


def test_target_that_shrank_while_it_was_being_hidden_is_searched_in_its_usual_size() -> None:
    shrunk = Box(10, 10, 4, 10)
    tracker = ScriptedSearcher(
        [START] * 20 + [shrunk] * 1000, [GOOD] * 26 + [BAD] * 994, sees=nothing)
    target = Target(tracker, LIMITS)
    target.init(BLACK, START)
    while (estimate := target.track(BLACK)).state != State.LOST:
        pass
    target.track(BLACK)

    assert estimate.box == shrunk
    assert {(box.width, box.height) for box in tracker.evaluated} == {(10, 10)}


def test_tracker_goes_on_where_the_target_was_found() -> None:
    target, tracker = lost_target(there)
    while (found := target.track(BLACK)).state == State.LOST:
        pass

    assert found.box == THERE
    assert 'found again: like the target in 3 images in a row' in found.reason
    before = len(tracker.learned)
    target.track(BLACK)
    assert len(tracker.learned) == before + 1  # followed again, no longer searched


@pytest.mark.parametrize('frames', [1, 2])
def test_what_resembles_the_target_for_a_moment_only_is_not_found(frames: int) -> None:
    moments = iter([True] * 2 * frames)

    def flashes(box: Box) -> tuple[Box, float]:
        return (THERE, GOOD) if next(moments, False) else (box, BAD)
    target, tracker = lost_target(flashes)

    assert {target.track(BLACK).state for _ in range(20)} == {State.LOST}
    assert tracker.resumed == []


def test_what_is_elsewhere_at_the_second_evaluation_is_not_found() -> None:
    boxes = iter(Box(4 * (index % 12), 5 * (index % 7), 10, 10) for index in range(10_000))
    target, tracker = lost_target(lambda box: (next(boxes), GOOD))

    assert {target.track(BLACK).state for _ in range(20)} == {State.LOST}
    assert tracker.resumed == []


def test_new_selection_ends_the_search() -> None:
    target, tracker = lost_target(nothing)
    target.track(BLACK)
    target.init(BLACK, THERE)
    evaluated = len(tracker.evaluated)
    target.track(BLACK)

    assert target.state == State.TRACKING
    assert len(tracker.evaluated) == evaluated


def test_lost_again_it_is_searched_where_it_was_found() -> None:
    target, tracker = lost_target(there)
    while target.track(BLACK).state == State.LOST:
        pass
    tracker.answers = iter([(THERE, BAD)] * 100)
    tracker.sees = nothing
    while target.track(BLACK).state != State.LOST:
        pass
    tracker.evaluated.clear()
    target.track(BLACK)

    assert tracker.evaluated[0] == THERE

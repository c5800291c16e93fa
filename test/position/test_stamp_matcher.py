"""Targets and depth images find each other by their stamps, in whichever order they come."""

from __future__ import annotations

import pytest

from rat_tracker.position.stamp_matcher import StampMatcher

MS = 1_000_000  # nanoseconds
START = 1_700_000_000_000 * MS
Matcher = StampMatcher[str, int]


@pytest.fixture
def matcher() -> Matcher:
    """Return a matcher; targets are named, depth images are their milliseconds."""
    matcher: Matcher = StampMatcher()
    matcher.tolerance = 0.05
    return matcher


def see(matcher: Matcher, when: int, name: str = 'a') -> list[tuple[str, int | None]]:
    return [(pair.target, pair.depth)
            for pair in matcher.push_target(START + when * MS, name)]


def measure(matcher: Matcher, when: int) -> list[tuple[str, int | None]]:
    return [(pair.target, pair.depth) for pair in matcher.push_depth(START + when * MS, when)]


def test_depth_that_is_there_already_is_found_at_once(matcher: Matcher) -> None:
    for when in (0, 33, 67, 100):
        assert measure(matcher, when) == []
    assert see(matcher, 33) == [('a', 33)]


def test_depth_may_come_after_its_target(matcher: Matcher) -> None:
    assert see(matcher, 0, 'a') == []
    assert see(matcher, 33, 'b') == []
    assert measure(matcher, 0) == [('a', 0)]
    assert measure(matcher, 33) == [('b', 33)]
    assert measure(matcher, 67) == []


def test_a_target_waits_for_the_depth_that_may_be_nearer(matcher: Matcher) -> None:
    measure(matcher, 0)
    assert see(matcher, 20) == []
    assert measure(matcher, 33) == [('a', 33)]
    assert see(matcher, 45) == []
    assert measure(matcher, 67) == [('a', 33)]


def test_clocks_that_differ_by_a_little_cost_no_waiting(matcher: Matcher) -> None:
    measure(matcher, 0)
    assert see(matcher, 3) == [('a', 0)]


def test_depth_beyond_the_tolerance_is_none(matcher: Matcher) -> None:
    measure(matcher, 0)
    assert see(matcher, 200) == []
    (pair,) = matcher.push_depth(START + 300 * MS, 300)
    assert (pair.target, pair.depth) == ('a', None)
    assert pair.gap == pytest.approx(0.1)


def test_one_depth_image_may_serve_several_targets(matcher: Matcher) -> None:
    for when, name in ((0, 'a'), (10, 'b'), (20, 'c')):
        assert see(matcher, when, name) == []
    assert measure(matcher, 20) == [('a', 20), ('b', 20), ('c', 20)]


def test_depth_that_never_comes_leaves_no_more_than_sixteen_waiting(matcher: Matcher) -> None:
    given_up = [pair for when in range(100) for pair in see(matcher, 33 * when, f'{when}')]
    assert given_up == [(f'{when}', None) for when in range(100 - 16)]


def test_no_more_than_sixteen_depth_images_are_kept(matcher: Matcher) -> None:
    for when in range(100):
        measure(matcher, 33 * when)
    assert see(matcher, 33 * 82) == [('a', None)]  # 0.066 s from the oldest one
    assert see(matcher, 33 * 84) == [('a', 33 * 84)]


def test_when_time_jumps_back_what_was_before_is_forgotten(matcher: Matcher) -> None:
    measure(matcher, 5000)
    see(matcher, 5033)
    assert measure(matcher, 0) == []
    assert see(matcher, 0, 'b') == [('b', 0)]


@pytest.mark.parametrize('depth_first', [True, False])
def test_after_a_short_jump_back_no_target_gets_the_depth_of_before(
    matcher: Matcher, depth_first: bool,
) -> None:
    for when in (0, 100, 200):
        measure(matcher, when)
        see(matcher, when)
    if depth_first:
        assert measure(matcher, 40) == []
        assert see(matcher, 40, 'b') == [('b', 40)]
    else:
        assert see(matcher, 40, 'b') == []
        assert measure(matcher, 40) == [('b', 40)]


def test_a_message_that_comes_late_is_no_jump_back(matcher: Matcher) -> None:
    measure(matcher, 100)
    measure(matcher, 33)
    assert see(matcher, 100) == [('a', 100)]
    assert see(matcher, 33, 'b') == [('b', 33)]


def test_in_the_end_targets_get_the_nearest_that_came(matcher: Matcher) -> None:
    measure(matcher, 0)
    for when, name in ((20, 'a'), (40, 'b'), (80, 'c')):
        assert see(matcher, when, name) == []
    assert [(pair.target, pair.depth) for pair in matcher.decide()] == [
        ('a', 0), ('b', 0), ('c', None)]
    assert matcher.decide() == []


def test_what_is_forgotten_is_not_paired(matcher: Matcher) -> None:
    see(matcher, 0)
    assert matcher.forget_targets() == 1
    assert matcher.forget_targets() == 0
    assert measure(matcher, 0) == []
    assert see(matcher, 0, 'b') == [('b', 0)]
    matcher.clear()
    assert see(matcher, 0, 'c') == []

"""What is counted of a clip in which the target goes out of sight."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from support_trackers import BLACK
from support_trackers import ScriptedTracker

from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.evaluation.states.episode import Episode
from rat_tracker.evaluation.states.episode import EpisodeFrame
from rat_tracker.evaluation.states.episode import follow
from rat_tracker.evaluation.states.table import HEADS
from rat_tracker.evaluation.states.table import row
from rat_tracker.geometry import Box
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.target import TargetParameters

T, U, L = State.TRACKING, State.UNCERTAIN, State.LOST


def episode(*parts: tuple[int, float, float, State]) -> Episode:
    """Make an episode of parts: frames, visible part, overlap, state; ten frames a second."""
    return Episode(tuple(EpisodeFrame(visible, overlap, state)
                         for count, visible, overlap, state in parts for _ in range(count)), 10)


GOOD = episode((20, 1, 0.9, T), (3, 0, 0, U), (7, 0, 0, L), (5, 1, 0, L), (20, 1, 0.8, T))


def test_lost_target_that_is_found_again() -> None:
    assert len(GOOD.hidden) == 10
    assert GOOD.reported_lost
    assert GOOD.alarms == 0
    assert GOOD.found_after == pytest.approx(0.5)
    assert GOOD.false_finds == 0


def test_lost_while_the_target_is_in_sight_is_a_false_alarm() -> None:
    assert episode((5, 1, 0.9, T), (5, 1, 0.9, L), (5, 1, 0.9, T), (5, 1, 0.9, L)).alarms == 2


def test_lost_before_all_of_it_is_hidden_is_none() -> None:
    assert episode((5, 1, 0.9, T), (2, 0.4, 0.5, U), (2, 0.2, 0.5, L), (5, 0, 0, L)).alarms == 0


def test_target_that_is_back_and_not_found_has_no_time() -> None:
    assert episode((5, 1, 0.9, T), (5, 0, 0, L), (50, 1, 0, L)).found_after is None
    assert episode((5, 1, 0.9, T), (5, 0, 0, L), (50, 1, 0.2, T)).found_after is None


def test_target_that_was_never_given_up_is_found_at_once() -> None:
    assert episode((5, 1, 0.9, T), (5, 0, 0, U), (5, 1, 0.9, T)).found_after == 0


def test_time_counts_from_when_most_of_it_is_in_sight() -> None:
    back = episode((5, 1, 0.9, T), (5, 0, 0, L), (9, 0.3, 0, L), (4, 1, 0, L), (9, 1, 0.9, T))

    assert back.found_after == pytest.approx(0.4)


@pytest.mark.parametrize(('visible', 'overlap'), [(0.0, 0.9), (1.0, 0.05)])
def test_tracking_after_lost_on_something_else_is_a_wrong_find(
    visible: float, overlap: float,
) -> None:
    assert episode((5, 1, 0.9, T), (5, 0, 0, L), (5, visible, overlap, T)).false_finds == 1


def test_row_tells_shares_and_counts() -> None:
    missed = episode((5, 1, 0.9, T), (10, 0, 0, T), (50, 1, 0, T))
    cells = dict(zip(HEADS, row('hidden', [GOOD, missed]), strict=True))

    assert cells == {
        'scenario (clips)': 'hidden (2)', 'reported LOST': '1/2', 'hidden: LOST': '35%',
        'hidden: TRACKING': '50%', 'false alarms': '0', 'found again': '1/2',
        'after, median': '0.5 s', 'after, at worst': '0.5 s', 'wrong': '0'}


def test_row_of_clips_that_hide_nothing_has_no_shares() -> None:
    cells = dict(zip(HEADS, row('plain', [episode((9, 1, 0.9, T))]), strict=True))

    assert cells['reported LOST'] == cells['hidden: LOST'] == cells['found again'] == ''
    assert cells['false alarms'] == '0'


def test_target_is_selected_in_the_first_frame_and_followed_through_the_others() -> None:
    def clip() -> Iterable[SyntheticFrame]:
        for frame in range(4):
            yield SyntheticFrame(BLACK, Box(frame, 0, 10, 10), 1.0)
    tracker = ScriptedTracker([Box(1, 0, 10, 10)] * 3, [0.9, 0.9, 0.0])

    frames = follow(Target(tracker, TargetParameters()), clip(), 30).frames

    assert tracker.started == [Box(0, 0, 10, 10)]
    assert [frame.state for frame in frames] == [T, T, U]
    assert frames[0].overlap == 1
    assert frames[2].overlap == pytest.approx(80 / 120)

"""The life of a target: what the scores of a tracker make of its state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support_trackers import BLACK
from support_trackers import ScriptedTracker

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.target import TargetEstimate
from rat_tracker.target import TargetParameters
from rat_tracker.tracker import TrackResult

START = Box(1, 2, 10, 12)
LIMITS = TargetParameters(uncertain_below=0.3, tracking_above=0.6, lost_below=0.2, lost_after=4,
                          uncertain_at_most=8, found_after=3)
GOOD, FAIR, BAD = 0.9, 0.45, 0.1


def moved(frame: int) -> Box:
    """Return where the script's tracker has its box in a frame; 1 is the first one tracked."""
    return Box(frame, 2, 10, 12)


def life(*scores: float) -> list[TargetEstimate]:
    target = Target(
        ScriptedTracker([moved(frame) for frame in range(1, len(scores) + 1)], scores), LIMITS)
    target.init(BLACK, START)
    return [target.track(BLACK) for _ in scores]


def states(*scores: float) -> list[State]:
    return [estimate.state for estimate in life(*scores)]


def test_states_are_those_of_the_message() -> None:
    assert [(state.name, state.value) for state in State] == [
        ('SEARCHING', 0), ('TRACKING', 1), ('UNCERTAIN', 2), ('LOST', 3)]


def test_nothing_is_followed_before_a_target_is_selected() -> None:
    target = Target(ScriptedTracker([], []))

    assert target.state == State.SEARCHING
    with pytest.raises(RuntimeError, match='call init first'):
        target.track(BLACK)


def test_selected_target_is_tracked() -> None:
    tracker = ScriptedTracker([], [])
    target = Target(tracker)
    target.init(BLACK, START)

    assert target.state == State.TRACKING
    assert tracker.started == [START]
    assert target.engine == 'script'


def test_tracker_that_only_begins_and_tracks_is_followed() -> None:
    class Plain:
        def init(self, image: Image, box: Box) -> None:
            self.box = box

        def track(self, image: Image) -> TrackResult:
            return TrackResult(self.box, GOOD, None, {})

    target = Target(Plain())
    target.init(BLACK, START)

    assert target.track(BLACK).box == START
    assert target.engine == 'none'


def test_estimate_is_what_the_tracker_returns() -> None:
    estimate = life(GOOD)[0]

    assert estimate.box == moved(1)
    assert estimate.score == GOOD
    assert estimate.timings == {'first': 0.001, 'second': 0.003}


def test_fair_scores_keep_a_tracked_target_tracked() -> None:
    assert states(*[FAIR] * 20) == [State.TRACKING] * 20


def test_bad_score_makes_the_target_uncertain_at_once() -> None:
    assert states(GOOD, BAD) == [State.TRACKING, State.UNCERTAIN]


def test_fair_scores_do_not_end_uncertainty() -> None:
    assert states(BAD, FAIR, FAIR) == [State.UNCERTAIN] * 3


@pytest.mark.parametrize('score', [FAIR, BAD])
def test_target_may_be_uncertain_as_long_as_it_is_allowed_to_before_it_is_lost(
    score: float,
) -> None:
    patient = replace(LIMITS, lost_after=20)  # more than uncertain_at_most
    target = Target(ScriptedTracker([START] * 30, [BAD] + [score] * 29), patient)
    target.init(BLACK, START)
    states = [target.track(BLACK).state for _ in range(30)]

    assert states.index(State.LOST) == 20


def test_good_score_ends_uncertainty_at_once() -> None:
    assert states(BAD, FAIR, GOOD) == [State.UNCERTAIN, State.UNCERTAIN, State.TRACKING]


def test_target_is_lost_after_so_many_uncertain_frames() -> None:
    assert states(*[BAD] * 6) == [State.UNCERTAIN] * 4 + [State.LOST] * 2


def test_scores_that_are_not_bad_enough_keep_it_uncertain_for_a_while() -> None:
    assert states(BAD, *[FAIR] * 9) == [State.UNCERTAIN] * 8 + [State.LOST] * 2


def test_one_bad_frame_among_fair_ones_does_not_lose_it() -> None:
    assert states(BAD, FAIR, FAIR, FAIR, BAD)[-1] == State.UNCERTAIN


def test_uncertainty_counts_from_the_start_after_a_good_frame() -> None:
    assert states(BAD, BAD, BAD, GOOD, BAD, BAD, BAD, BAD)[-1] == State.UNCERTAIN


def test_lost_target_is_found_after_so_many_good_frames_in_a_row() -> None:
    lost = [BAD] * 5

    assert states(*lost, GOOD, GOOD, GOOD)[5:] == [State.LOST, State.LOST, State.TRACKING]
    assert states(*lost, GOOD, GOOD, FAIR, GOOD, GOOD)[5:] == [State.LOST] * 5


def test_box_follows_while_the_target_is_uncertain() -> None:
    assert life(BAD, BAD)[1].box == moved(2)


def test_box_of_a_lost_target_stays_where_it_was_tracked_last() -> None:
    estimates = life(GOOD, GOOD, *[BAD] * 8)

    assert [estimate.state for estimate in estimates[-2:]] == [State.LOST] * 2
    assert {estimate.box for estimate in estimates[-2:]} == {moved(2)}


def test_box_of_a_target_that_was_never_tracked_stays_at_its_start() -> None:
    assert life(*[BAD] * 5)[-1].box == START


def test_found_target_has_the_tracker_s_box_again() -> None:
    assert life(*[BAD] * 5, *[GOOD] * 3)[-1].box == moved(8)


def test_new_selection_ends_a_lost_target() -> None:
    target = Target(ScriptedTracker([moved(1)] * 9, [BAD] * 5 + [FAIR] * 4), LIMITS)
    target.init(BLACK, START)
    lost = [target.track(BLACK).state for _ in range(5)][-1]

    target.init(BLACK, moved(30))

    assert lost == State.LOST
    assert target.state == State.TRACKING
    assert target.track(BLACK).state == State.TRACKING


def test_cleared_target_is_followed_no_longer() -> None:
    target = Target(ScriptedTracker([moved(1)], [GOOD]), LIMITS)
    target.init(BLACK, START)

    target.clear()

    assert target.state == State.SEARCHING
    with pytest.raises(RuntimeError, match='no target is selected'):
        target.track(BLACK)


def test_refused_selection_leaves_the_state_alone() -> None:
    class Refusing(ScriptedTracker):
        def init(self, image: object, box: Box) -> None:
            raise ValueError('box is empty')

    target = Target(Refusing([], []))
    with pytest.raises(ValueError, match='box is empty'):
        target.init(BLACK, START)

    assert target.state == State.SEARCHING


def test_every_estimate_says_why() -> None:
    reasons = [estimate.reason for estimate in life(GOOD, *[BAD] * 6, *[GOOD] * 3)]

    assert reasons[0] == 'score 0.90'
    assert 'uncertain frame 1, since it fell below 0.3' in reasons[1]
    assert 'lost: the last 4 frames scored 0.10 on average' in reasons[5]
    assert reasons[-1].startswith('found again')
    assert all('\n' not in reason for reason in reasons)

"""What the states say where the box misses the target, where it is right, and after a loss."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support_metrics import box_rows
from support_metrics import NO_BOX
from support_metrics import run_of
from support_metrics import sequence_of

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.metrics.presence import Loss
from rat_tracker.evaluation.metrics.presence import Presence
from rat_tracker.evaluation.metrics.presence import presence
from rat_tracker.evaluation.metrics.presence import presence_intervals
from rat_tracker.evaluation.metrics.presence import together
from rat_tracker.evaluation.sequence_run import SequenceRun

HERE, AWAY = (100, 100, 20, 10), (0, 0, 20, 10)
HALF = (100, 105, 20, 10)  # overlaps HERE by a third: neither right nor missing it
BOXES = {'r': HERE, 'm': AWAY, 'h': HALF}
STATES = {'T': 1, 'U': 2, 'L': 3}


def pair(
    boxes: str, states: str, absent: str = '', unknown: str = '',
) -> tuple[Sequence, SequenceRun]:
    """Return a still target and a run; the first frame, whose box is given, is added.

    :param boxes: a letter for each frame: r is right, m misses the target, h is half right
    :param states: T for TRACKING, U for UNCERTAIN, L for LOST
    :param absent: x where the target is marked as absent; empty: nothing is marked
    :param unknown: x where there is no true box
    """
    count = len(boxes)
    truth = box_rows(HERE, *(NO_BOX if mark == 'x' else HERE for mark in unknown.ljust(count)))
    marks = [False, *(mark == 'x' for mark in absent.ljust(count))] if absent else None
    run = run_of(box_rows(HERE, *(BOXES[letter] for letter in boxes)))
    return sequence_of(truth, absent=marks), replace(
        run, states=np.array([1, *(STATES[letter] for letter in states)], np.int8))


def judged(*arguments: str, **marks: str) -> Presence:
    found = presence(*pair(*arguments, **marks))
    assert found is not None
    return found


def test_frames_are_counted_by_box_and_state() -> None:
    """Of three right boxes one is called LOST, of four that miss three are called TRACKING."""
    assert judged('rrrmmmmhh', 'TULTTTLTL') == Presence(
        missed=4, missed_tracking=3, right=3, right_tracking=1, right_lost=1, losses=())


def test_first_frame_is_given_and_does_not_count() -> None:
    assert judged('', '') == Presence(0, 0, 0, 0, 0, ())


def test_three_lasting_losses_of_which_two_are_told() -> None:
    """One is told after 5 frames, one is not told in its 40, one is told from the beginning."""
    found = judged(
        'rr' + 'm' * 20 + 'r' + 'm' * 40 + 'r' + 'm' * 15,
        'TT' + 'T' * 5 + 'U' * 15 + 'T' + 'T' * 40 + 'U' + 'L' * 15)

    assert found.losses == (Loss(20, 5), Loss(40, None), Loss(15, 0))
    assert found.told_in_time == 2
    assert found.late == [Loss(40, None)]


@pytest.mark.parametrize(('delay', 'in_time'), [(15, True), (16, False)])
def test_a_loss_is_told_in_time_within_half_a_second_at_30_frames_a_second(
    delay: int, in_time: bool,
) -> None:
    found = judged('m' * 40, 'T' * delay + 'U' * (40 - delay))

    assert found.losses == (Loss(40, delay),)
    assert (found.told_in_time == 1) is in_time
    assert (found.late == []) is in_time


def test_a_loss_that_does_not_last_is_none() -> None:
    assert judged('m' * 14 + 'r', 'T' * 15).losses == ()


def test_a_box_that_touches_the_target_ends_a_loss() -> None:
    assert judged('m' * 10 + 'h' + 'm' * 10, 'T' * 21).losses == ()


def test_any_box_misses_a_target_that_is_marked_as_absent() -> None:
    found = judged('rrr', 'TTT', absent=' xx')

    assert (found.missed, found.missed_tracking, found.right) == (2, 2, 1)


def test_frames_of_which_nothing_is_known_are_not_judged_and_end_no_loss() -> None:
    found = judged('m' * 15, 'T' * 15, unknown=' ' * 7 + 'xxx')

    assert (found.missed, found.missed_tracking) == (12, 12)
    assert found.losses == (Loss(15, None),)


def test_a_run_without_states_has_no_presence() -> None:
    sequence, run = pair('rm', 'TT')

    assert presence(sequence, replace(run, states=None)) is None


def test_runs_are_counted_together() -> None:
    lost = judged('m' * 15, 'T' * 15)

    assert together([judged('rrm', 'TLT'), lost]) == Presence(16, 16, 2, 1, 1, lost.losses)
    assert together([]) == Presence(0, 0, 0, 0, 0, ())


def test_shares_are_of_all_frames_and_losses_together() -> None:
    """One of two and none of six boxes: one of eight, not the mean of a half and nothing."""
    found = presence_intervals([judged('mmr', 'TUT'), judged('mmmmmm', 'UUUUUU')])

    missed = found['missed_tracking']
    assert (missed.value, missed.low, missed.high, missed.count) == (0.125, 0, 0.5, 2)
    assert (found['right_tracking'].value, found['right_tracking'].count) == (1, 1)
    assert not found['right_tracking'].is_known, 'one sequence alone has no interval'
    assert found['losses_told'].count == 0

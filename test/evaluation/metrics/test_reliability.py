"""Scores against how often a tracker is right, and against absence."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest
from support_metrics import box_rows
from support_metrics import NO_BOX
from support_metrics import run_of
from support_metrics import sequence_of

from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.reliability import calibration_interval
from rat_tracker.evaluation.metrics.reliability import lost_detection
from rat_tracker.evaluation.metrics.reliability import LostDetection
from rat_tracker.evaluation.metrics.reliability import reliability
from rat_tracker.evaluation.sequence_run import SequenceRun

HERE, AWAY = (100, 100, 20, 10), (0, 0, 20, 10)
NAN = math.nan


def pair(
    right: list[bool], scores: list[float], absent: list[bool] | None = None,
) -> tuple[Sequence, SequenceRun]:
    """Return a still target and a tracker that is on it where it is right."""
    truth = box_rows(*[HERE] * len(right))
    results = box_rows(*(HERE if yes else AWAY for yes in right))
    return sequence_of(truth, absent=absent), run_of(results, scores)


JUDGED = strategies.lists(
    strategies.tuples(strategies.booleans(), strategies.floats(0, 1)), max_size=30)


def test_calibration_error_by_hand() -> None:
    """A frame at 0.9 that is right, one at 0.8 and two in one bin, around 0.275, that are not."""
    found = reliability([pair([True, True, False, False, False], [1, 0.9, 0.8, 0.3, 0.25])])

    assert found.count == 4
    # 0.9 and 0.8 are in the bins that end there.
    assert [one.count for one in found.bins] == [0, 0, 2, 0, 0, 0, 0, 1, 1, 0]
    assert found.calibration_error == pytest.approx((0.1 + 0.8 + 2 * 0.275) / 4)
    assert found.brier == pytest.approx((0.1 ** 2 + 0.8 ** 2 + 0.3 ** 2 + 0.25 ** 2) / 4)


def test_frames_of_one_bin_are_compared_together() -> None:
    found = reliability([pair([True, True, False, True], [1, 0.84, 0.86, 0.88])])
    one = found.bins[8]

    assert (one.low, one.high) == pytest.approx((0.8, 0.9))
    assert one.count == 3
    assert one.mean_score == pytest.approx(0.86)
    assert one.share_right == pytest.approx(2 / 3)
    assert found.calibration_error == pytest.approx(0.86 - 2 / 3)


def test_there_are_ten_bins_of_equal_width_and_empty_ones_have_no_mean() -> None:
    found = reliability([pair([True, True], [1, 0.0])])

    assert [one.high - one.low for one in found.bins] == pytest.approx([0.1] * 10)
    assert [one.count for one in found.bins] == [1] + [0] * 9
    assert math.isnan(found.bins[1].mean_score)
    assert math.isnan(found.bins[1].share_right)


def test_first_frame_is_not_judged() -> None:
    found = reliability([pair([True, False], [1, 0.0])])

    assert found.count == 1
    assert found.calibration_error == 0


def test_frames_that_were_not_worked_on_are_not_judged() -> None:
    found = reliability([pair([True, False, True, False], [1, NAN, 0.7, NAN])])

    assert found.count == 1
    assert found.calibration_error == pytest.approx(0.3)


def test_frame_without_truth_is_not_judged_unless_the_target_is_marked_absent() -> None:
    truth = box_rows(HERE, NO_BOX, NO_BOX)
    run = run_of(box_rows(*[HERE] * 3), [1, 0.6, 0.6])

    assert reliability([(sequence_of(truth), run)]).count == 0
    marked = reliability([(sequence_of(truth, absent=[False, True, False]), run)])
    assert marked.count == 1
    assert marked.bins[5].share_right == 0


def test_result_on_an_absent_target_is_not_right_though_a_box_is_given() -> None:
    found = reliability([pair([True, True], [1, 0.6], absent=[False, True])])

    assert found.calibration_error == pytest.approx(0.6)


def test_overlap_of_a_half_is_not_right() -> None:
    truth = box_rows(HERE, HERE, HERE)
    results = box_rows(HERE, (100, 100, 10, 10), (100, 100, 11, 10))

    found = reliability([(sequence_of(truth), run_of(results, [1, 0.05, 0.95]))])

    assert found.bins[0].share_right == 0
    assert found.bins[9].share_right == 1


def test_sequences_are_pooled_so_that_a_long_one_weighs_more() -> None:
    short, long = pair([True, True], [1, 0.6]), pair([True] + [False] * 3, [1, 0.6, 0.6, 0.6])

    found = reliability([short, long])

    assert found.count == 4
    assert found.calibration_error == pytest.approx(0.6 - 1 / 4)


def test_without_frames_there_is_no_error() -> None:
    found = reliability([])

    assert found.count == 0
    assert len(found.bins) == 10
    assert math.isnan(found.calibration_error)
    assert math.isnan(found.brier)


def test_interval_of_the_calibration_error_is_over_sequences() -> None:
    """One that says 0.75 of three right boxes and a wrong one, one that says it of wrong ones.

    Drawn twice, the first is off by 0 and the second by 0.75; together they are off by
    (8 * 0.75 - 3) / 8. Each of the three comes in more than 2.5 % of the resamples.
    """
    good = pair([True, True, True, True, False], [1, *[0.75] * 4])
    bad = pair([True] + [False] * 4, [1, *[0.75] * 4])

    found = calibration_interval([good, bad])

    assert (found.value, found.low, found.high, found.count) == pytest.approx((0.375, 0, 0.75, 2))
    assert found.value == pytest.approx(reliability([good, bad]).calibration_error)


@given(JUDGED, JUDGED)
def test_interval_is_of_the_error_that_is_told(
    first: list[tuple[bool, float]], second: list[tuple[bool, float]],
) -> None:
    runs = [pair([True, *(right for right, _ in judged)], [1, *(score for _, score in judged)])
            for judged in (first, second)]

    assert calibration_interval(runs).value == pytest.approx(
        reliability(runs).calibration_error, nan_ok=True)


@given(JUDGED)
def test_every_frame_is_in_one_bin_and_errors_are_bounded(
    judged: list[tuple[bool, float]],
) -> None:
    found = reliability([pair(
        [True, *(right for right, _ in judged)], [1, *(score for _, score in judged)])])

    assert sum(one.count for one in found.bins) == found.count == len(judged)
    for one in found.bins:
        assert one.count == 0 or one.low - 1e-12 <= one.mean_score <= one.high + 1e-12
    if judged:
        assert 0 <= found.calibration_error <= 1
        # Of numbers in [0, 1] the mean distance is at most the root of the mean square.
        assert found.calibration_error <= math.sqrt(found.brier) + 1e-9


@given(strategies.integers(1, 40), strategies.integers(0, 40))
def test_score_that_is_the_share_right_is_calibrated(right: int, wrong: int) -> None:
    share = right / (right + wrong)

    found = reliability([pair(
        [True] + [True] * right + [False] * wrong, [1] + [share] * (right + wrong))])

    assert found.calibration_error == pytest.approx(0, abs=1e-12)


def test_lost_detection_by_hand() -> None:
    """Three frames without target, two of them noticed; one more reported lost in error."""
    found = lost_detection([pair(
        [True] * 7, [1, 0.9, 0.2, 0.49, 0.5, 0.3, 0.8],
        absent=[False, False, True, True, True, False, False])])

    assert found == LostDetection(absent=3, reported_lost=3, absent_and_reported_lost=2)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)


def test_lost_detection_takes_frames_that_were_worked_on_and_sequences_that_mark_absence() -> None:
    found = lost_detection([
        pair([True] * 3, [1, NAN, 0.1], absent=[False, True, True]),
        pair([True] * 2, [1, 0.1], absent=[False, True]),
        pair([True] * 2, [1, 0.1])])

    assert found == LostDetection(absent=2, reported_lost=2, absent_and_reported_lost=2)


def test_data_set_that_marks_no_absence_has_no_lost_detection() -> None:
    assert lost_detection([pair([True] * 2, [1, 0.1])]) is None
    assert lost_detection([]) is None


def test_lost_detection_without_any_case_is_not_a_number() -> None:
    found = lost_detection([pair([True] * 2, [1, 0.9], absent=[False, False])])

    assert found is not None
    assert math.isnan(found.precision)
    assert math.isnan(found.recall)


def test_nothing_given_is_changed() -> None:
    sequence, run = pair([True] * 3, [1, NAN, 0.1], absent=[False, True, True])
    before = run.scores.copy()

    reliability([(sequence, run)])
    lost_detection([(sequence, run)])

    assert np.array_equal(run.scores, before, equal_nan=True)

"""Success and precision plots by hand, at their thresholds, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Callable
import math
from random import Random

from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest
from support_metrics import box_rows
from support_metrics import NO_BOX
from support_metrics import Row
from support_metrics import run_of
from support_metrics import sequence_of

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.curves import mean_curve
from rat_tracker.evaluation.metrics.curves import norm_precision_curve
from rat_tracker.evaluation.metrics.curves import NORM_PRECISION_THRESHOLDS
from rat_tracker.evaluation.metrics.curves import precision_curve
from rat_tracker.evaluation.metrics.curves import PRECISION_THRESHOLDS
from rat_tracker.evaluation.metrics.curves import success_curve
from rat_tracker.evaluation.metrics.curves import SUCCESS_THRESHOLDS
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.sequence_run import SequenceRun

Curve = Callable[[Sequence, SequenceRun], Values]

CURVES = [success_curve, precision_curve, norm_precision_curve]
STILL = box_rows(*[(100, 100, 20, 10)] * 4)
ROWS = strategies.tuples(
    strategies.floats(-50, 50), strategies.floats(-50, 50),
    strategies.floats(1, 50), strategies.floats(1, 50))
PAIRS = strategies.lists(strategies.tuples(ROWS, ROWS), min_size=1, max_size=6)


def moved(*steps: tuple[float, float]) -> Boxes:
    """Return the still boxes, the later ones moved by so many pixels."""
    return STILL + np.array([(0, 0, 0, 0), *((x, y, 0, 0) for x, y in steps)])


def test_thresholds_are_those_of_the_benchmarks() -> None:
    assert SUCCESS_THRESHOLDS.tolist() == pytest.approx([step / 20 for step in range(21)])
    assert PRECISION_THRESHOLDS.tolist() == list(range(51))
    assert NORM_PRECISION_THRESHOLDS.tolist() == pytest.approx([step / 100 for step in range(51)])


def test_success_by_hand() -> None:
    # Overlaps: 1 (given), 1/3, 0, 1.
    found = success_curve(sequence_of(STILL), run_of(moved((10, 0), (100, 0), (0, 0))))

    assert found.tolist() == pytest.approx([3 / 4] * 7 + [2 / 4] * 13 + [0])


def test_overlap_at_a_threshold_is_not_above_it() -> None:
    results = STILL.copy()
    results[1:] = (100, 100, 10, 10)

    found = success_curve(sequence_of(STILL), run_of(results))

    assert found[SUCCESS_THRESHOLDS == 0.5] == 1 / 4


def test_precision_by_hand() -> None:
    found = precision_curve(sequence_of(STILL), run_of(moved((20, 0), (0, 20.5), (30, 40))))

    assert found.tolist() == pytest.approx(
        [1 / 4] * 20 + [2 / 4] + [3 / 4] * 29 + [4 / 4])


def test_norm_precision_by_hand() -> None:
    """Twenty pixels wide and ten high: errors of 0.1, 0.4 and more than a half."""
    found = norm_precision_curve(sequence_of(STILL), run_of(moved((2, 0), (0, 4), (10, 5))))

    assert found.tolist() == pytest.approx([1 / 4] * 10 + [2 / 4] * 30 + [3 / 4] * 11)


@pytest.mark.parametrize('curve', CURVES)
def test_first_frame_is_right_whatever_its_box(curve: Curve) -> None:
    """Its box was given; read from a file it may be rounded."""
    results = STILL.copy()
    results[0] += 0.4

    found = curve(sequence_of(STILL), run_of(results))

    assert found.tolist() == curve(sequence_of(STILL), run_of(STILL)).tolist()


@pytest.mark.parametrize('curve', CURVES)
def test_frames_that_do_not_count_change_nothing(curve: Curve) -> None:
    truth, results = np.vstack([STILL, STILL]), np.vstack([moved((9, 0), (4, 2), (0, 0)), STILL])
    results[4] = (0, 0, 5, 5)
    truth[4] = NO_BOX
    results[5] = NO_BOX
    counted = [True] * 4 + [False, False, True, True]

    found = curve(sequence_of(truth, counted), run_of(results))

    kept = [0, 1, 2, 3, 6, 7]
    assert found.tolist() == curve(sequence_of(truth[kept]), run_of(results[kept])).tolist()


@pytest.mark.parametrize('curve', CURVES)
def test_frame_that_counts_without_a_true_box_is_missed(curve: Curve) -> None:
    truth = STILL.copy()
    truth[2] = NO_BOX

    found = curve(sequence_of(truth), run_of(STILL))

    assert found.max() == 3 / 4


@pytest.mark.parametrize('curve', CURVES)
def test_result_that_is_not_a_number_is_missed(curve: Curve) -> None:
    results = STILL.copy()
    results[2] = NO_BOX

    found = curve(sequence_of(STILL), run_of(results))

    assert found.max() == 3 / 4


@pytest.mark.parametrize('curve', CURVES)
def test_without_frames_that_count_there_is_no_curve(curve: Curve) -> None:
    found = curve(sequence_of(STILL, [False] * 4), run_of(STILL))

    assert np.isnan(found).all()
    assert found.shape == curve(sequence_of(STILL), run_of(STILL)).shape


@pytest.mark.parametrize('curve', CURVES)
def test_other_number_of_boxes_is_refused(curve: Curve) -> None:
    with pytest.raises(ValueError, match='walk: 3 boxes cannot be compared with 4 true boxes'):
        curve(sequence_of(STILL), run_of(STILL[:3]))


@given(PAIRS)
def test_more_is_asked_for_success_and_less_for_precision_along_the_curve(
    pairs: list[tuple[Row, Row]],
) -> None:
    truth, results = (box_rows(*rows) for rows in zip(*pairs, strict=True))
    sequence, run = sequence_of(truth), run_of(results)

    assert (np.diff(success_curve(sequence, run)) <= 0).all()
    assert (np.diff(precision_curve(sequence, run)) >= 0).all()
    assert (np.diff(norm_precision_curve(sequence, run)) >= 0).all()


@given(PAIRS, strategies.randoms(use_true_random=False))
def test_order_of_the_later_frames_does_not_matter(
    pairs: list[tuple[Row, Row]], random: Random,
) -> None:
    later = pairs[1:]
    random.shuffle(later)
    truth, results = (box_rows(*rows) for rows in zip(*pairs, strict=True))
    other_truth, other_results = (
        box_rows(*rows) for rows in zip(pairs[0], *later, strict=True))

    for curve in CURVES:
        found = curve(sequence_of(other_truth), run_of(other_results))
        assert found.tolist() == curve(sequence_of(truth), run_of(results)).tolist()


def test_mean_counts_each_curve_the_same_and_leaves_out_those_without_values() -> None:
    found = mean_curve([np.array([1, 0.5]), np.full(2, math.nan), np.array([0, 0.25])])

    assert found.tolist() == [0.5, 0.375]
    assert np.isnan(mean_curve([np.full(2, math.nan)])).all()

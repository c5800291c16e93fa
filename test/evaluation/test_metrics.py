"""Success and precision by hand, and at their limits."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.evaluation.metrics import accuracy
from rat_tracker.evaluation.metrics import Boxes
from rat_tracker.evaluation.metrics import center_errors
from rat_tracker.evaluation.metrics import overlaps
from rat_tracker.evaluation.metrics import precision
from rat_tracker.evaluation.metrics import success_auc
from rat_tracker.geometry import Box


def boxes(*rows: tuple[float, float, float, float]) -> Boxes:
    return np.array(rows, np.float64)


TRUTH = boxes((10, 10, 20, 10), (12.3, 11, 20, 10), (14, 12, 20.7, 10), (16, 13, 20, 10))
ROWS = strategies.tuples(
    strategies.floats(-500, 500), strategies.floats(-500, 500),
    strategies.floats(0.5, 500), strategies.floats(0.5, 500))


def test_perfect_tracker_scores_twenty_of_twenty_one() -> None:
    """No overlap is above the last threshold, which is 1."""
    figures = accuracy(TRUTH, TRUTH)

    assert figures.auc == pytest.approx(20 / 21)
    assert figures.precision_20 == 1


@given(strategies.lists(ROWS, min_size=1, max_size=5))
def test_no_tracker_scores_more_than_the_perfect_one(
    rows: list[tuple[float, float, float, float]],
) -> None:
    assert accuracy(boxes(*rows), boxes(*rows)).auc <= 20 / 21 + 1e-12


def test_figures_by_hand() -> None:
    # Overlaps: 1 (above 20 thresholds), 1/3 (0 to 0.30: 7), 0 (none), 1/2 (0 to 0.45: 10).
    truth = boxes((0, 0, 20, 10), (0, 0, 20, 10), (0, 0, 20, 10), (0, 0, 20, 10))
    results = boxes((0, 0, 20, 10), (10, 0, 20, 10), (100, 0, 20, 10), (0, 0, 10, 10))

    figures = accuracy(results, truth)

    assert overlaps(results, truth).tolist() == pytest.approx([1, 1 / 3, 0, 1 / 2])
    assert center_errors(results, truth).tolist() == pytest.approx([0, 10, 100, 5])
    assert figures.auc == pytest.approx((20 + 7 + 0 + 10) / 21 / 4)
    assert figures.precision_20 == 3 / 4


def test_overlap_at_a_threshold_is_not_above_it() -> None:
    assert success_auc(np.array([0.5])) == pytest.approx(10 / 21)
    assert success_auc(np.array([0.5 + 1e-9])) == pytest.approx(11 / 21)
    assert success_auc(np.array([0.0])) == 0


def test_centre_at_the_threshold_is_near_enough() -> None:
    assert precision(np.array([20.0, 20.001])) == 0.5


@given(ROWS, ROWS)
def test_overlap_is_that_of_boxes(
    first: tuple[float, float, float, float], second: tuple[float, float, float, float],
) -> None:
    found, = overlaps(boxes(first), boxes(second))

    assert found == pytest.approx(Box(*first).overlap(Box(*second)), abs=1e-9)


@pytest.mark.parametrize('absent', [
    (math.nan, 1, 2, 3), (math.nan,) * 4, (5, 5, 0, 0), (5, 5, -1, 4), (math.inf, 0, 1, 1)])
def test_frame_without_a_target_counts_for_nothing(
    absent: tuple[float, float, float, float],
) -> None:
    truth = np.vstack([TRUTH, boxes(absent)])
    results = np.vstack([TRUTH + 3, boxes((0, 0, 5, 5))])

    assert accuracy(results, truth) == accuracy(TRUTH + 3, TRUTH)


def test_answer_that_is_not_a_number_is_a_miss() -> None:
    results = TRUTH.copy()
    results[1] = math.nan

    figures = accuracy(results, TRUTH)

    assert figures.auc == pytest.approx(3 / 4 * 20 / 21)
    assert figures.precision_20 == 3 / 4


def test_sequence_without_any_target_has_no_figures() -> None:
    figures = accuracy(TRUTH, np.full_like(TRUTH, math.nan))

    assert math.isnan(figures.auc)
    assert math.isnan(figures.precision_20)


def test_other_number_of_boxes_is_refused() -> None:
    with pytest.raises(ValueError, match='3 boxes cannot be compared with 4 true boxes'):
        accuracy(TRUTH[:3], TRUTH)

"""A run's metrics, and those of whole data sets and of what is difficult in them."""

from __future__ import annotations

from dataclasses import astuple
import math

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
from rat_tracker.evaluation.metrics.one_pass import by_attribute
from rat_tracker.evaluation.metrics.one_pass import compute_metrics
from rat_tracker.evaluation.metrics.one_pass import mean_metrics
from rat_tracker.evaluation.metrics.one_pass import Metrics

STILL = box_rows(*[(100, 100, 20, 10)] * 5)
# Overlaps: 1 (given), 1, 3/5, 1/3, 0. Errors: 0, 0, 5, 10, 90 pixels.
RESULTS = STILL + box_rows(*((x, 0, 0, 0) for x in (0, 0, 5, 10, 90)))
ROWS = strategies.tuples(
    strategies.floats(-50, 370), strategies.floats(-50, 290),
    strategies.floats(1, 200), strategies.floats(1, 200))
PAIRS = strategies.lists(strategies.tuples(ROWS, ROWS), min_size=2, max_size=6)


def same(first: Metrics, second: Metrics) -> bool:
    return bool(np.array_equal(astuple(first), astuple(second), equal_nan=True))


def metrics_of(truth: Boxes, results: Boxes) -> Metrics:
    return compute_metrics(sequence_of(truth), run_of(results))


def test_perfect_tracker_scores_twenty_of_twenty_one_in_success_and_one_in_all_else() -> None:
    """No overlap is above the last threshold, which is 1."""
    found = metrics_of(STILL, STILL)

    assert astuple(found) == pytest.approx((20 / 21, 1, 1, 1, 1, 1))


def test_metrics_by_hand() -> None:
    found = metrics_of(STILL, RESULTS)

    # Thresholds passed: 20, 20, 12 (0 to 0.55), 7 (0 to 0.30), 0.
    assert found.auc == pytest.approx((20 + 20 + 12 + 7) / 21 / 5)
    assert found.precision_20 == pytest.approx(4 / 5)
    # From a quarter of its width on the third is near enough, from a half on the fourth.
    assert found.norm_precision == pytest.approx((51 + 51 + 26 + 1) / 51 / 5)
    # Of the later four frames.
    assert found.ao == pytest.approx((1 + 3 / 5 + 1 / 3) / 4)
    assert found.sr_50 == pytest.approx(2 / 4)
    assert found.sr_75 == pytest.approx(1 / 4)


@pytest.mark.parametrize(('width', 'at_50', 'at_75'), [(10, 0, 0), (15, 1, 0), (16, 1, 1)])
def test_overlap_at_the_threshold_is_no_success(width: float, at_50: float, at_75: float) -> None:
    results = STILL.copy()
    results[:, 2] = width

    found = metrics_of(STILL, results)

    assert (found.sr_50, found.sr_75) == (at_50, at_75)


def test_average_overlap_is_that_inside_the_image() -> None:
    """What reaches over the right edge is cut from both boxes."""
    truth, results = box_rows(*[(90, 0, 20, 20)] * 2), box_rows(*[(90, 0, 40, 20)] * 2)

    found = compute_metrics(sequence_of(truth), run_of(results, image_size=(100, 100)))

    assert found.ao == 1
    assert found.auc == pytest.approx((20 + 10) / 21 / 2)  # the plain overlap is a half


def test_first_frame_does_not_count_for_average_overlap() -> None:
    results = STILL + 1000.0
    results[0] = STILL[0]

    found = metrics_of(STILL, results)

    assert found.auc == pytest.approx(20 / 21 / 5)
    assert (found.ao, found.sr_50, found.sr_75) == (0, 0, 0)


def test_frames_that_do_not_count_change_no_metric() -> None:
    counted = [True, True, False, True, False]

    found = compute_metrics(sequence_of(STILL, counted), run_of(RESULTS))

    assert same(found, metrics_of(STILL[counted], RESULTS[counted]))


def test_frame_that_counts_without_a_true_box_is_a_miss_for_all_metrics() -> None:
    truth = STILL.copy()
    truth[2] = NO_BOX

    assert astuple(metrics_of(truth, STILL)) == pytest.approx(
        (4 / 5 * 20 / 21, 4 / 5, 4 / 5, 3 / 4, 3 / 4, 3 / 4))


def test_without_frames_that_count_there_are_no_metrics() -> None:
    found = compute_metrics(sequence_of(STILL, [False] * 5), run_of(STILL))

    assert all(math.isnan(value) for value in astuple(found))


def test_sequence_of_one_frame_has_no_average_overlap() -> None:
    found = metrics_of(STILL[:1], STILL[:1])

    assert found.auc == pytest.approx(20 / 21)
    assert math.isnan(found.ao)
    assert math.isnan(found.sr_50)


def test_other_number_of_boxes_is_refused() -> None:
    with pytest.raises(ValueError, match='walk: 4 boxes cannot be compared with 5 true boxes'):
        metrics_of(STILL, STILL[:4])


@given(PAIRS)
def test_metrics_are_shares_and_strict_rates_are_lower(pairs: list[tuple[Row, Row]]) -> None:
    truth, results = (box_rows(*rows) for rows in zip(*pairs, strict=True))

    found = metrics_of(truth, results)

    assert all(0 <= value <= 1 for value in astuple(found))
    assert found.auc <= 20 / 21
    assert found.sr_75 <= found.sr_50 <= 2 * found.ao


def test_mean_counts_sequences_the_same_for_success_and_frames_the_same_for_overlap() -> None:
    short, long = sequence_of(STILL[:2], name='short'), sequence_of(STILL, name='long')
    good, bad = Metrics(0.9, 0.8, 0.7, 0.6, 0.5, 0.4), Metrics(0.1, 0.2, 0.3, 0.1, 0.0, 0.0)

    found = mean_metrics([(short, good), (long, bad)])

    assert astuple(found) == pytest.approx(
        (0.5, 0.5, 0.5, (0.6 + 4 * 0.1) / 5, 0.5 / 5, 0.4 / 5))


def test_mean_of_average_overlap_is_that_of_all_frames_together() -> None:
    parts = [sequence_of(STILL, [True] * 4 + [False]), sequence_of(STILL[2:])]
    runs = [run_of(RESULTS), run_of(RESULTS[2:])]

    found = mean_metrics(
        (part, compute_metrics(part, run)) for part, run in zip(parts, runs, strict=True))

    assert found.ao == pytest.approx(((1 + 3 / 5 + 1 / 3) + (1 / 3 + 0)) / 5)


def test_mean_leaves_out_sequences_without_metrics() -> None:
    nothing = sequence_of(STILL, [False] * 5)
    some = sequence_of(STILL)
    found = compute_metrics(some, run_of(RESULTS))

    assert same(mean_metrics([
        (nothing, compute_metrics(nothing, run_of(RESULTS))), (some, found)]), found)


def test_mean_of_nothing_is_not_a_number() -> None:
    assert all(math.isnan(value) for value in astuple(mean_metrics([])))


def test_each_attribute_has_the_mean_of_its_sequences() -> None:
    still = sequence_of(STILL, attributes=('Occlusion', 'Blur'))
    fast = sequence_of(STILL, attributes=('Occlusion',))
    plain = sequence_of(STILL)
    good, bad = compute_metrics(still, run_of(STILL)), compute_metrics(fast, run_of(RESULTS))

    found = by_attribute([(still, good), (fast, bad), (plain, bad)])

    assert list(found) == ['Blur', 'Occlusion']
    assert same(found['Blur'], good)
    assert found['Occlusion'].auc == pytest.approx((good.auc + bad.auc) / 2)

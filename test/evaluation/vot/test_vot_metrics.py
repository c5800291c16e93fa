"""Accuracy, robustness and expected overlap of the supervised experiment, worked out by hand."""

from __future__ import annotations

import math

import pytest
from support_vot import scripted

from rat_tracker.evaluation.vot.metrics import accuracy
from rat_tracker.evaluation.vot.metrics import eao
from rat_tracker.evaluation.vot.metrics import eao_curve
from rat_tracker.evaluation.vot.metrics import fragments
from rat_tracker.evaluation.vot.metrics import vot_metrics
from rat_tracker.evaluation.vot.regions import Code

START, FAILED, SKIPPED = Code.INITIALIZATION, Code.FAILURE, Code.UNKNOWN


def test_accuracy_leaves_out_the_start_and_nine_frames_more() -> None:
    """Nine frames of 1 are not counted, the two after them are."""
    assert accuracy(scripted(START, (1.0, 9), (0.5, 1), (0.3, 1))) == pytest.approx(0.4)


def test_accuracy_leaves_out_failures_and_the_frames_after_them() -> None:
    run = scripted(START, (1.0, 9), (0.5, 2), FAILED, *[SKIPPED] * 4, START, (1.0, 9), (0.8, 2))

    assert accuracy(run) == pytest.approx(0.65)


def test_failure_soon_after_a_start_does_not_shorten_what_is_left_out() -> None:
    """Frames 0 to 9 and, from the second start on, 8 to 17 are left out."""
    run = scripted(START, (1.0, 2), FAILED, *[SKIPPED] * 4, START, (1.0, 9), (0.6, 1))

    assert accuracy(run) == pytest.approx(0.6)


def test_accuracy_is_0_where_no_frame_is_left() -> None:
    assert accuracy(scripted(START, (1.0, 9))) == 0


def test_run_is_cut_where_it_failed() -> None:
    run = scripted(START, (0.5, 2), FAILED, *[SKIPPED] * 4, START, (0.7, 1))

    found = [(values.tolist(), kept) for values, kept in fragments(run)]

    assert found == [([0, 0.5, 0.5], False), ([0, 0.7], True)]


def test_failure_in_the_last_frames_leaves_no_further_fragment() -> None:
    run = scripted(START, (0.5, 2), FAILED, SKIPPED)

    assert [kept for _, kept in fragments(run)] == [False]


def test_expected_overlap_is_0_after_a_failure_and_unknown_after_an_end() -> None:
    """Means over frames 1 to j: 0.6, 0.6 and then unknown; 0.9, 0.45, 0.3."""
    kept = scripted(START, (0.6, 2))
    lost = scripted(START, (0.9, 1), FAILED)
    longer = scripted(START, (0.3, 3))

    curve = eao_curve([*fragments(kept), *fragments(lost), *fragments(longer)])

    assert curve.tolist() == pytest.approx([
        0, (0.6 + 0.9 + 0.3) / 3, (0.6 + 0.45 + 0.3) / 3, (0.3 + 0.3) / 2])


def test_expected_overlap_is_averaged_over_the_range_with_both_ends() -> None:
    curve = eao_curve([(scripted(START, (0.2, 1), (0.4, 1), (0.6, 1)).overlaps, True)])

    assert eao(curve, (1, 2)) == pytest.approx((0.2 + 0.3) / 2)
    assert eao(curve, (2, 100)) == pytest.approx((0.3 + 0.4) / 2)


def test_expected_overlap_is_nan_where_nothing_is_long_enough() -> None:
    assert math.isnan(eao(eao_curve([(scripted(START, (0.2, 3)).overlaps, True)]), (100, 356)))


def test_longer_sequences_weigh_more() -> None:
    short = scripted(START, (1.0, 9), (0.2, 10))
    long = scripted(START, (1.0, 9), (0.8, 50))

    metrics = vot_metrics([short, long], (1, 5))

    assert metrics.accuracy == pytest.approx((0.2 * 20 + 0.8 * 60) / 80)
    assert metrics.failures == 0
    assert metrics.robustness == 1
    assert metrics.eao == pytest.approx(1)


def test_robustness_falls_with_failures_per_frame() -> None:
    """One failure in a sequence of 20 frames, none in one of 60; lengths are weights."""
    short = scripted(START, (1.0, 10), FAILED, *[SKIPPED] * 4, START, (1.0, 3))
    long = scripted(START, (1.0, 59))

    one = vot_metrics([short], (1, 5))
    both = vot_metrics([short, long], (1, 5))

    assert one.failures == 1
    assert one.robustness == pytest.approx(math.exp(-30 / 20))
    assert both.failures == pytest.approx(20 / 80)
    assert both.robustness == pytest.approx(math.exp(-30 * 0.25 / 40))

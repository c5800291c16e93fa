"""Accuracy and success of the unsupervised experiment, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support_vot import scripted
from support_vot import TARGET

from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.unsupervised import accuracy
from rat_tracker.evaluation.vot.unsupervised import success
from rat_tracker.evaluation.vot.unsupervised import THRESHOLDS
from rat_tracker.evaluation.vot.unsupervised import unsupervised_figures

START = Code.INITIALIZATION


def test_accuracy_leaves_out_the_first_ten_frames() -> None:
    run = scripted(START, (1.0, 9), (0.2, 1), (0.6, 1))

    assert accuracy(run) == pytest.approx(0.4)
    assert accuracy(run, burn_in=1) == pytest.approx((9 + 0.2 + 0.6) / 11)


def test_accuracy_leaves_out_frames_without_truth() -> None:
    run = scripted(START, (1.0, 9), (0.2, 1), (0.0, 1))
    without = replace(run, truth=[*[TARGET] * 11, None])

    assert accuracy(without) == pytest.approx(0.2)


def test_longer_sequences_weigh_more_in_accuracy_and_not_in_success() -> None:
    short, long = scripted(START, (1.0, 19)), scripted(START, (0.0, 59))

    figures = unsupervised_figures([[short], [long]])

    assert figures.accuracy == pytest.approx(20 / 80)
    assert figures.success == pytest.approx(0.95 / 2)


def test_success_counts_the_first_frame_as_missed() -> None:
    assert success(scripted(START, (1.0, 3))).tolist() == [0.75] * 100


def test_success_needs_more_than_the_threshold() -> None:
    run = scripted(START, (float(THRESHOLDS[50]), 3))

    assert success(run).tolist() == [*[0.75] * 50, *[0.0] * 50]
    assert np.isclose(THRESHOLDS[1], 1 / 99)

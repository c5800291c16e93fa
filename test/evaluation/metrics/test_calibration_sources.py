"""Calibrations of several sources: what counts how much, and how one does on another."""

from __future__ import annotations

import pytest
from support_metrics import box_rows
from support_metrics import run_of
from support_metrics import sequence_of

from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.calibration_sources import Fitting
from rat_tracker.evaluation.metrics.calibration_sources import frame_weights
from rat_tracker.evaluation.metrics.calibration_sources import Source
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.online.confidence import ConfidenceParameters

HERE, AWAY = (100, 100, 20, 10), (0, 0, 20, 10)


def pair(right: str, scores: list[float]) -> tuple[Sequence, SequenceRun]:
    """Return a still target and a run; the first frame, whose box is given, is added.

    :param right: y for each right box, n for each wrong one
    """
    truth = box_rows(*[HERE] * (1 + len(right)))
    boxes = box_rows(HERE, *(HERE if letter == 'y' else AWAY for letter in right))
    return sequence_of(truth), run_of(boxes, [1, *scores])


def mixed(name: str, right: str, wrong: float, sure: float) -> Source:
    """Return a source with scores of two heights; of the sure ones as many are right as ``right``.

    Of eight unsure ones two are right.
    """
    return Source(name, [pair(right + 'yynnnnnn', [sure] * len(right) + [wrong] * 8)])


FITTING = Fitting(ConfidenceParameters(
    memory=20, learn_above=0.5, midpoint=0.2, slope=3, reidentification_midpoint=0.5),
    midpoint_range=(0.01, 10.0), slope_range=(0.1, 100.0))


def test_each_source_counts_the_same_and_in_it_each_sequence() -> None:
    """Of the first source one sequence has four frames and one a single frame."""
    one = Source('one', [pair('yyny', [0.5] * 4), pair('n', [0.5])])
    other = Source('other', [pair('yn', [0.5] * 2)])

    assert frame_weights([one, other]).tolist() == [*[1 / 8] * 4, 1 / 2, *[1 / 2] * 2]


def test_a_sequence_without_a_judged_frame_takes_no_weight_from_the_others() -> None:
    source = Source('one', [pair('', []), pair('yn', [0.5] * 2)])

    assert frame_weights([source]).tolist() == [0.5, 0.5]


def test_a_source_of_scores_of_two_heights_is_fitted_without_error() -> None:
    """Six of eight are right at 0.9 and two of eight at 0.6: two parameters can say so."""
    source = mixed('one', 'yyyyyynn', 0.6, 0.9)

    fitted = FITTING.fit([source])

    assert FITTING.error(source, FITTING.confidence).value == pytest.approx(0.25)
    assert FITTING.error(source, fitted).value == pytest.approx(0, abs=1e-5)


def test_a_calibration_fitted_elsewhere_is_off_where_scores_mean_something_else() -> None:
    """Where all sure boxes are right, a score that says six of eight is off by a quarter there."""
    one, other = mixed('one', 'yyyyyynn', 0.6, 0.9), mixed('other', 'yyyyyyyy', 0.6, 0.9)

    fitted = FITTING.fit([one])

    assert FITTING.error(other, fitted).value == pytest.approx(0.25 / 2, abs=1e-5)
    assert not FITTING.error(other, fitted).is_known, 'one sequence has no interval'


def test_sources_that_differ_are_met_in_the_middle() -> None:
    one, other = mixed('one', 'yyyyyynn', 0.6, 0.9), mixed('other', 'yyyyyyyy', 0.6, 0.9)

    fitted = FITTING.fit([one, other])

    assert FITTING.error(one, fitted).value == pytest.approx(0.125 / 2, abs=1e-5)
    assert FITTING.error(other, fitted).value == pytest.approx(0.125 / 2, abs=1e-5)

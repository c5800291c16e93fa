"""A score is bent so that it says how often the tracker is right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.evaluation.metrics.calibration import fit
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.metrics.reliability import reliability_of


def answers(count: int, slope: float, shift: float) -> tuple[Values, np.ndarray]:
    """Scores, and answers that are right as often as a bent score would say."""
    random = np.random.default_rng(4)
    scores = random.uniform(0.02, 0.98, count)
    odds = np.exp(slope * np.log(scores / (1 - scores)) + shift)
    return scores, random.uniform(size=count) < odds / (1 + odds)


@pytest.mark.parametrize(('slope', 'shift'), [(1, 0), (0.5, -1), (2, 1.5)])
def test_bend_that_made_the_answers_is_found(slope: float, shift: float) -> None:
    scores, right = answers(20_000, slope, shift)

    found = fit(scores, right, np.ones(len(scores)))

    assert (found.slope, found.shift) == pytest.approx((slope, shift), abs=0.12)


def test_calibrated_score_says_how_often_the_tracker_is_right() -> None:
    scores, right = answers(20_000, 0.5, -1)

    calibrated = fit(scores, right, np.ones(len(scores))).apply(scores)

    assert reliability_of(scores, right).calibration_error > 0.1
    assert reliability_of(calibrated, right).calibration_error < 0.02


def test_frames_count_by_their_weight() -> None:
    """Of two clips with opposite habits, the one with weight decides."""
    scores, right = answers(4000, 2, 0)
    both = np.concatenate([scores, scores]), np.concatenate([right, ~right])
    weights = np.concatenate([np.ones(4000), np.full(4000, 1e-9)])

    assert fit(*both, weights).slope == pytest.approx(fit(scores, right, np.ones(4000)).slope,
                                                      abs=1e-3)


@given(strategies.lists(strategies.tuples(strategies.floats(0, 1), strategies.booleans()),
                        min_size=2, max_size=40))
def test_fit_is_finite_whatever_the_scores(frames: list[tuple[float, bool]]) -> None:
    frames = [*frames, (0.7, True), (0.2, False)]
    scores, right = np.array([score for score, _ in frames]), np.array([one for _, one in frames])

    calibrated = fit(scores, right, np.ones(len(scores))).apply(scores)

    assert np.isfinite(calibrated).all()
    assert ((calibrated >= 0) & (calibrated <= 1)).all()


@pytest.mark.parametrize('right', [True, False])
def test_answers_of_one_kind_teach_nothing(right: bool) -> None:
    with pytest.raises(ValueError, match=r'of 3 boxes [03] are right; to calibrate a score takes'):
        fit(np.array([0.2, 0.5, 0.9]), np.full(3, right), np.ones(3))

"""The score is fitted to how often the tracker is right, inside what the tracker takes."""

from __future__ import annotations

from functools import partial
import math

from hypothesis import assume
from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.datasets.sequence import Flags
from rat_tracker.evaluation.metrics import calibration
from rat_tracker.evaluation.metrics.calibration import rescore
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.metrics.reliability import reliability_of
from rat_tracker.online.confidence import Confidence
from rat_tracker.online.confidence import ConfidenceParameters
from rat_tracker.trackers.rat.parameters import MIDPOINT_RANGE
from rat_tracker.trackers.rat.parameters import RatConfidence
from rat_tracker.trackers.rat.parameters import SLOPE_RANGE

DEFAULT = RatConfidence()
fit = partial(
    calibration.fit, midpoint_range=MIDPOINT_RANGE, slope_range=SLOPE_RANGE)

logarithms = strategies.floats(*map(math.log, MIDPOINT_RANGE)).map(math.exp)
every_confidence = strategies.builds(
    RatConfidence, midpoint=logarithms.filter(lambda value: 0.01 <= value <= 10),
    slope=strategies.floats(*SLOPE_RANGE))
frames = strategies.lists(
    strategies.tuples(strategies.floats(0, 1), strategies.booleans(), strategies.floats(0, 1e300)),
    max_size=40)


def made_by(truth: RatConfidence, count: int) -> tuple[Values, Flags]:
    """Return default scores, of boxes that are right as often as other parameters would say."""
    random = np.random.default_rng(4)
    scores = random.uniform(0.02, 0.98, count)
    return scores, random.uniform(size=count) < rescore(scores, DEFAULT, truth)


def loss(
    scores: Values, right: Flags, weights: Values, used: RatConfidence,
    chosen: ConfidenceParameters,
) -> float:
    """Return the mean negative logarithm of the likelihood."""
    share = np.clip(rescore(scores, used, chosen), 1e-12, 1 - 1e-12)
    return -float(np.average(np.log(np.where(right, share, 1 - share)), weights=weights))


@pytest.mark.parametrize(('midpoint', 'slope'), [(0.161, 2.64), (0.3, 1.2), (0.1, 5)])
def test_parameters_that_made_the_scores_are_found(midpoint: float, slope: float) -> None:
    truth = RatConfidence(midpoint=midpoint, slope=slope)
    scores, right = made_by(truth, 20_000)

    found = fit(scores, right, np.ones(len(scores)), DEFAULT)

    assert (found.midpoint, found.slope) == pytest.approx((midpoint, slope), rel=0.05)


def test_fitted_score_says_how_often_the_tracker_is_right() -> None:
    scores, right = made_by(RatConfidence(midpoint=0.3, slope=1.2), 20_000)

    fitted = rescore(scores, DEFAULT, fit(scores, right, np.ones(len(scores)), DEFAULT))

    assert reliability_of(scores, right).calibration_error > 0.1
    assert reliability_of(fitted, right).calibration_error < 0.02


def test_frames_count_by_their_weight() -> None:
    """Of two clips with opposite habits, the one with weight decides."""
    scores, right = made_by(RatConfidence(slope=5), 4000)
    both = np.concatenate([scores, scores]), np.concatenate([right, ~right])
    alone = fit(scores, right, np.ones(4000), DEFAULT)

    for little in (1e-9, 0.0):
        weights = np.concatenate([np.ones(4000), np.full(4000, little)])
        assert fit(*both, weights, DEFAULT).slope == pytest.approx(alone.slope, rel=1e-3)


@given(every_confidence, every_confidence, strategies.floats(0.05, 3))
def test_rescored_is_what_the_tracker_would_have_scored(
    before: RatConfidence, after: RatConfidence, peak: float,
) -> None:
    score = Confidence(before, 1.0).score(peak)
    assume(1e-6 < score < 1 - 1e-6)  # nearer to 0 and 1 the peak cannot be told

    again = rescore(np.array([score]), before, after)[0]

    assert again == pytest.approx(Confidence(after, 1.0).score(peak), abs=1e-6)


@given(frames, every_confidence)
def test_whatever_the_frames_the_tracker_takes_the_fit_or_one_line_says_why_there_is_none(
    frames: list[tuple[float, bool, float]], used: RatConfidence,
) -> None:
    scores, weights = (np.array([frame[column] for frame in frames]) for column in (0, 2))
    right = np.array([frame[1] for frame in frames], bool)
    message = ''
    try:
        found = fit(scores, right, weights, used)
    except ValueError as error:
        found, message = DEFAULT, str(error)

    assert '\n' not in message
    # Made at all, it is in the ranges; and so it is with the four digits that are printed.
    RatConfidence(midpoint=float(f'{found.midpoint:.4g}'),
                         slope=float(f'{found.slope:.4g}'))


@given(frames, every_confidence)
def test_nothing_that_the_tracker_takes_is_likelier_than_the_fit(
    frames: list[tuple[float, bool, float]], other: RatConfidence,
) -> None:
    frames = [*frames, (0.7, True, 1.0), (0.3, False, 1.0)]
    scores, weights = (np.array([frame[column] for frame in frames]) for column in (0, 2))
    right = np.array([frame[1] for frame in frames], bool)
    weights = np.minimum(weights, 1.0)
    try:
        found = fit(scores, right, weights, DEFAULT)
    except ValueError:  # higher scores are not right more often
        assume(False)

    assert (loss(scores, right, weights, DEFAULT, found)
            <= loss(scores, right, weights, DEFAULT, other) + 1e-6)


@pytest.mark.parametrize('gap', [1e-9, 0.01, 0.9])
def test_separable_boxes_give_a_limit_of_the_slope(gap: float) -> None:
    """The likelihood grows with the slope for ever: this once gave what no tracker took."""
    scores = 0.5 + np.array([-gap, -gap / 2, gap / 2, gap]) / 2

    found = fit(scores, scores > 0.5, np.ones(4), DEFAULT)

    assert found.slope == SLOPE_RANGE[1]
    assert found.midpoint == pytest.approx(DEFAULT.midpoint, rel=1e-3)


def test_scores_that_say_next_to_nothing_give_the_least_slope() -> None:
    right = np.arange(2000) % 2 == 0
    scores = np.where(np.arange(2000) % 1000 < 501, right, ~right).astype(float)

    assert fit(scores, right, np.ones(2000), DEFAULT).slope == SLOPE_RANGE[0]


@pytest.mark.parametrize(('odd_one', 'right', 'midpoint'), [
    (499, False, MIDPOINT_RANGE[0]), (500, True, MIDPOINT_RANGE[1])])
def test_boxes_of_nearly_one_kind_give_a_limit_of_the_midpoint(
    odd_one: int, right: bool, midpoint: float,
) -> None:
    """One of a thousand boxes is of the other kind, and its score is a middle one."""
    scores, kinds = np.linspace(0.1, 0.9, 1000), np.full(1000, not right)
    kinds[odd_one] = right

    assert fit(scores, kinds, np.ones(1000), DEFAULT).midpoint == midpoint


def test_fitting_again_what_a_fit_gave_changes_nothing() -> None:
    scores, right = made_by(RatConfidence(midpoint=0.3, slope=1.2), 2000)
    first = fit(scores, right, np.ones(2000), DEFAULT)

    second = fit(rescore(scores, DEFAULT, first), right, np.ones(2000), first)

    assert second.midpoint == pytest.approx(first.midpoint, rel=1e-5)
    assert second.slope == pytest.approx(first.slope, rel=1e-5)


SCORES = np.array([0.2, 0.5, 0.9])
RIGHT = np.array([False, False, True])
REFUSED = {
    'no frame': ([], [], [], 'none of 0 frames has a weight; choose more'),
    'all right': (SCORES, [True] * 3, np.ones(3), 'of 3 boxes 3 are right; to calibrate a score'),
    'all wrong': (SCORES, [False] * 3, np.ones(3), 'of 3 boxes 0 are right; to calibrate a score'),
    'all wrong that count': (SCORES, RIGHT, [1, 1, 0], 'of 2 boxes 0 are right; to calibrate a'),
    'one frame': (SCORES[:1], RIGHT[:1], [1], 'of 1 boxes 0 are right; to calibrate a score'),
    'no weight': (SCORES, RIGHT, np.zeros(3), 'none of 3 frames has a weight; choose more'),
    'negative weight': (SCORES, RIGHT, [1, -1, 1], 'a weight is negative or no finite number'),
    'no number as a weight': (SCORES, RIGHT, [1, math.nan, 1], 'a weight is negative or no fin'),
    'infinite weight': (SCORES, RIGHT, [1, math.inf, 1], 'a weight is negative or no fin'),
    'no number as a score': ([0.2, math.nan, 0.9], RIGHT, np.ones(3),
                             '1 of 3 scores are no numbers from 0 to 1; leave their frames out'),
    'score above 1': ([0.2, 1.5, 0.9], RIGHT, np.ones(3), '1 of 3 scores are no numbers from 0'),
    'higher scores are wrong': (SCORES, ~RIGHT, np.ones(3), 'higher scores are not right more'),
    'one score for all': (np.full(3, 0.7), RIGHT, np.ones(3), 'higher scores are not right more'),
}


@pytest.mark.parametrize('case', REFUSED)
def test_frames_that_teach_nothing_are_refused(case: str) -> None:
    scores, right, weights, message = REFUSED[case]

    with pytest.raises(ValueError, match=message):
        fit(np.array(scores, float), np.array(right, bool), np.array(weights, float), DEFAULT)

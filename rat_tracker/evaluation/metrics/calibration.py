"""What turns a response's peak into a score that says how often the tracker is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import math

import numpy as np

from rat_tracker.datasets.sequence import Flags
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.online.confidence import ConfidenceParameters

_SUREST = 1e-6  # scores closer to 0 or 1 count as that close: their odds would be infinite
_HALVINGS = 32  # of a range of seven e-folds: closer than 1e-8 of a value

Range = tuple[float, float]  # the lowest value and the highest, both above 0


def fit(
    scores: Values, right: Flags, weights: Values, confidence: ConfidenceParameters, *,
    midpoint_range: Range, slope_range: Range,
) -> ConfidenceParameters:
    """Fit by logistic regression on the peaks' logarithms (Platt, 1999), inside the ranges.

    A tracker takes no parameters outside of its ranges. Where scores part right from wrong without
    error, or hardly at all, the likelihood has its maximum outside: then it is maximised over the
    ranges, as everywhere, and the result is a limit. The loss is convex in slope and
    shift, and the ranges are convex there, too; so halving finds the one best midpoint of each
    slope, and halving the best slope, whatever the data. Platt's smoothed targets would
    keep the slope finite, but not inside the range.

    :param scores: n, in [0, 1]
    :param right: n, whether the box was right
    :param weights: n, how much each frame counts, at least 0
    :param confidence: what the scores were made with
    :param midpoint_range: what the tracker takes as its ``midpoint``
    :param slope_range: what the tracker takes as its ``slope``
    :return: ``confidence`` with another ``midpoint`` and ``slope``
    :raises ValueError: there is nothing to learn: a score or a weight is no such number, no frame
        has weight, all boxes with weight are right or all wrong, or higher scores are not right
        more often
    """
    _require(scores, weights)
    counted = weights > 0
    scores, right, weights = scores[counted], right[counted], weights[counted]
    if right.all() or not right.any():
        raise ValueError(f'of {len(right)} boxes {int(right.sum())} are right; to calibrate a '
                         'score takes some of both kinds: choose more or harder sequences')
    weights = weights / weights.max()
    weights /= weights.sum()
    peaks = _log_peaks(scores, confidence)
    # Centred on one of them, so that equal scores give exactly 0.
    if weights @ ((peaks - peaks[0]) * (right - weights @ right)) <= 0:
        raise ValueError('boxes of higher scores are not right more often here; choose more or '
                         'harder sequences')

    sign = np.where(right, -1.0, 1.0)

    def excess(log_midpoint: float, slope: float) -> Values:
        # Score minus right, by weight; without a difference, that would lose the smallest.
        return weights * sign * _share(sign * slope * (peaks - log_midpoint))

    def best_log_midpoint(slope: float) -> float:
        # By weight, as many boxes are right as the scores say.
        return _crossing(
            lambda log_midpoint: float(excess(log_midpoint, slope).sum()), midpoint_range)

    def descent(log_slope: float) -> float:
        # How the loss falls with the slope, along the best midpoints.
        slope = math.exp(log_slope)
        log_midpoint = best_log_midpoint(slope)
        return -float(excess(log_midpoint, slope) @ (peaks - log_midpoint))

    slope = math.exp(_crossing(descent, slope_range))
    return replace(confidence, slope=_inside(slope, slope_range),
                   midpoint=_inside(math.exp(best_log_midpoint(slope)), midpoint_range))


def rescore(scores: Values, before: ConfidenceParameters, after: ConfidenceParameters) -> Values:
    """Return the scores that other parameters give to the same peaks.

    :param scores: n, in [0, 1]
    :param before: what they were made with
    """
    return _share(after.slope * (_log_peaks(scores, before) - math.log(after.midpoint)))


def _require(scores: Values, weights: Values) -> None:
    strange = int((~((scores >= 0) & (scores <= 1))).sum())
    if strange:
        raise ValueError(f'{strange} of {len(scores)} scores are no numbers from 0 to 1; '
                         'leave their frames out')
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError('a weight is negative or no finite number')
    if not weights.any():
        raise ValueError(f'none of {len(scores)} frames has a weight; '
                         'choose more or longer sequences')


def _crossing(falling: Callable[[float], float], limits: Range) -> float:
    """Return where a falling function of a logarithm crosses 0; else the limit next to that."""
    low, high = map(math.log, limits)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _inside(value: float, limits: Range) -> float:
    # Halving ends beside a limit; to as many digits as a value is known, that is the limit.
    return min(max(float(f'{value:.6g}'), limits[0]), limits[1])


def _share(log_odds: Values) -> Values:
    # The logistic function; beyond 700 the exponential would overflow.
    return 1 / (1 + np.exp(-np.clip(log_odds, -700, 700)))


def _log_peaks(scores: Values, confidence: ConfidenceParameters) -> Values:
    """Return the logarithms of the peaks, as fractions of the first frame's."""
    clipped = np.clip(scores, _SUREST, 1 - _SUREST)
    log_odds = np.log(clipped) - np.log1p(-clipped)
    return log_odds / confidence.slope + math.log(confidence.midpoint)

"""How a score has to be bent to say how often the tracker is right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rat_tracker.datasets.sequence import Flags
from rat_tracker.evaluation.metrics.overlap import Values

_SUREST = 1e-6  # scores closer to 0 or 1 count as that close: their odds would be infinite
_PENALTY = 1e-6  # keeps the fit finite where scores part right from wrong without an error
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """The log-odds that a box is right: ``slope`` times the score's log-odds, plus ``shift``."""

    slope: float
    shift: float

    def apply(self, scores: Values) -> Values:
        """Return calibrated scores."""
        return _share(self.slope * _log_odds(scores) + self.shift)


def fit(scores: Values, right: Flags, weights: Values) -> Calibration:
    """Fit by logistic regression (Platt, 1999).

    :param scores: n, in [0, 1]
    :param right: n, whether the box was right
    :param weights: n, how much each frame counts
    :raises ValueError: every box is right or every box is wrong, so that there is nothing to learn
    """
    if right.all() or not right.any():
        raise ValueError(f'of {len(right)} boxes {int(right.sum())} are right; to calibrate a '
                         'score takes some of both kinds: choose more or harder sequences')
    inputs = np.stack([_log_odds(scores), np.ones(len(scores))], axis=1)
    weights = weights / weights.sum()
    found = np.zeros(2)
    for _ in range(_STEPS):  # Newton's; the loss is convex
        expected = _share(inputs @ found)
        gradient = inputs.T @ (weights * (expected - right)) + _PENALTY * found
        spread = weights * expected * (1 - expected)
        curvature = inputs.T @ (spread[:, None] * inputs) + _PENALTY * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    return Calibration(float(found[0]), float(found[1]))


def _share(log_odds: Values) -> Values:
    # The logistic function, in a form that does not overflow.
    return 0.5 * (1 + np.tanh(0.5 * log_odds))


def _log_odds(scores: Values) -> Values:
    clipped = np.clip(scores, _SUREST, 1 - _SUREST)
    return np.log(clipped) - np.log1p(-clipped)

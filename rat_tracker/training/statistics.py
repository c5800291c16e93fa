"""What figures of validation are made of."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]  # n


def area_under_roc(positives: Values, negatives: Values) -> float:
    """Return how often a positive has the larger score: the area under the ROC curve.

    Mann and Whitney's statistic over the number of pairs (Hanley and McNeil, Radiology 143, 1982);
    equal scores count half.

    :return: in [0, 1]; nan where there are no positives or no negatives
    """
    if not len(positives) or not len(negatives):
        return math.nan
    differences = positives[:, None] - negatives
    return float(np.mean((differences > 0) + 0.5 * (differences == 0)))


def slope(x: Values, y: Values) -> float:
    """Return the slope of the line through points by least squares; nan where all x are equal."""
    deviations = x - x.mean() if len(x) else x
    spread = float(deviations @ deviations)
    return float(deviations @ y) / spread if spread else math.nan

"""The figures of one-pass evaluation: success and precision (Wu, Lim and Yang, CVPR 2013).

Boxes are n×4: left, top, width, height. A frame whose true box is not finite or has no area shows
no target and counts for nothing. A box of the tracker that is not finite overlaps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float64]  # n×4
Values = npt.NDArray[np.float64]

# Overlap has to be above the threshold, so that the best success there can be is 20/21 = 0.952.
OVERLAP_THRESHOLDS = np.linspace(0, 1, 21)
PRECISION_THRESHOLD = 20.0  # pixels


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well a sequence was followed."""

    auc: float  # area under the success plot, 0 to 20/21
    precision_20: float  # share of the frames whose centre is at most 20 pixels off


def accuracy(results: Boxes, truth: Boxes) -> Accuracy:
    """Compare a tracker's boxes with the true ones, frame by frame; NaN if no frame has a target.

    :raises ValueError: there are more of one than of the other
    """
    if results.shape != truth.shape:
        raise ValueError(f'{len(results)} boxes cannot be compared with {len(truth)} true boxes')
    visible = shows_target(truth)
    results, truth = results[visible], truth[visible]
    if len(truth) == 0:
        return Accuracy(np.nan, np.nan)
    return Accuracy(
        auc=success_auc(overlaps(results, truth)),
        precision_20=precision(center_errors(results, truth)))


def shows_target(truth: Boxes) -> npt.NDArray[np.bool_]:
    """Return for each true box whether there is one."""
    has_area = (truth[:, 2:] > 0).all(axis=1)
    return np.asarray(np.isfinite(truth).all(axis=1) & has_area)


def overlaps(results: Boxes, truth: Boxes) -> Values:
    """Return each pair's intersection over union, in [0, 1]; NaN if a box is not finite."""
    start = np.maximum(results[:, :2], truth[:, :2])
    stop = np.minimum(results[:, :2] + results[:, 2:], truth[:, :2] + truth[:, 2:])
    shared = np.clip(stop - start, 0, None).prod(axis=1)
    union = results[:, 2:].prod(axis=1) + truth[:, 2:].prod(axis=1) - shared
    # Rounding may put the intersection of equal boxes a little above their union.
    return np.clip(shared / union, 0, 1)


def center_errors(results: Boxes, truth: Boxes) -> Values:
    """Return each pair's distance between the centres, in pixels."""
    distances = results[:, :2] + results[:, 2:] / 2 - truth[:, :2] - truth[:, 2:] / 2
    return np.hypot(distances[:, 0], distances[:, 1])


def success_auc(overlap: Values) -> float:
    """Return the mean over the thresholds of the share of frames that overlap by more."""
    return float((overlap[:, None] > OVERLAP_THRESHOLDS).mean())


def precision(errors: Values, threshold: float = PRECISION_THRESHOLD) -> float:
    """Return the share of frames whose error is at most the threshold."""
    return float((errors <= threshold).mean())

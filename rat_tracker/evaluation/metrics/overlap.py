"""Measures of how near a tracker's boxes are to the true ones, frame by frame.

A row that is not finite or has no area is no box (``rat_tracker.datasets.boxes``): where either is
none, the overlap is 0, and where there is no true box the error is infinite.

Overlap and centre error are those of Wu, Lim and Yang (CVPR 2013), the normalised error is that of
Müller et al. (TrackingNet, ECCV 2018), bounding is as GOT-10k's toolkit 0.1.3 does it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.boxes import shows_target

Values = npt.NDArray[np.float64]


def overlaps(results: Boxes, truth: Boxes) -> Values:
    """Return each pair's intersection over union, in [0, 1]."""
    overlap = np.zeros(len(truth))
    both = shows_target(results) & shows_target(truth)
    results, truth = results[both], truth[both]
    start = np.maximum(results[:, :2], truth[:, :2])
    stop = np.minimum(results[:, :2] + results[:, 2:], truth[:, :2] + truth[:, 2:])
    shared = np.clip(stop - start, 0, None).prod(axis=1)
    union = results[:, 2:].prod(axis=1) + truth[:, 2:].prod(axis=1) - shared
    # Rounding may put the intersection of equal boxes a little above their union.
    overlap[both] = np.clip(shared / union, 0, 1)
    return overlap


def center_errors(results: Boxes, truth: Boxes) -> Values:
    """Return each pair's distance between the centres, in pixels."""
    distances = _center_distances(results, truth)
    return np.hypot(distances[:, 0], distances[:, 1])


def norm_center_errors(results: Boxes, truth: Boxes) -> Values:
    """Return the same distance, in widths of the true box across and in its heights down."""
    sizes = np.where(shows_target(truth)[:, None], truth[:, 2:], 1.0)
    distances = _center_distances(results, truth) / sizes
    return np.hypot(distances[:, 0], distances[:, 1])


def bounded(boxes: Boxes, image_size: tuple[int, int]) -> Boxes:
    """Return the boxes inside the image, the way GOT-10k's toolkit puts them there.

    A corner that lies beyond the left or top edge is moved onto it and the box keeps its size;
    only then is cut what reaches beyond the right or bottom edge.

    :param image_size: width and height in pixels
    """
    corners = np.clip(boxes[:, :2], 0, image_size)
    return np.hstack([corners, np.clip(boxes[:, 2:], 0, image_size - corners)])


def _center_distances(results: Boxes, truth: Boxes) -> Values:
    """Return the distances across and down, n×2; infinite where there is no true box."""
    known = np.isfinite(results).all(axis=1) & shows_target(truth)
    distances = np.full((len(truth), 2), np.inf)
    distances[known] = _centers(results[known]) - _centers(truth[known])
    return distances


def _centers(boxes: Boxes) -> Values:
    return boxes[:, :2] + boxes[:, 2:] / 2

"""Cut out what lies around a point, given its rough size.

GrabCut (Rother, Kolmogorov, Blake: GrabCut, SIGGRAPH 2004) in a log-polar picture: there its price
of a boundary does not depend on the target's size, and small targets come as large as big ones.
Nothing is random.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.segmentation.log_polar import ANGLES
from rat_tracker.segmentation.log_polar import LogPolar
from rat_tracker.segmentation.log_polar import Mask

_TALL = 1.4  # height by width of the ellipse that a cut begins with; measured, as is what follows
_SURE = 0.45  # the inner part of the ellipse that belongs to the target whatever it looks like
_REACH = 2.5  # how many times the ellipse the target may be
_NEAR = 0.03  # radii; what is nearer to the point is sure, and not looked at
_COLOURS = 5  # Gaussians in each of GrabCut's two mixtures; cv2.grabCut knows no other number
_VARIANCE = 4.0  # added to that of each Gaussian, squared grey levels: a flat area has none
_OVERHANG = ANGLES // 4  # rows by which the picture goes on around the circle


def cut_out(view: LogPolar, radius: float) -> Mask | None:
    """Return what belongs together around the point, if it is of about this size.

    :param radius: of a disc of the same area as the ellipse to begin with, in pixels
    :return: angle×distance; None if the picture has no pixel inside or none outside
    """
    across, down = radius / math.sqrt(_TALL), radius * math.sqrt(_TALL)
    ellipse = 1 / np.hypot(view.directions[:, 0] / across, view.directions[:, 1] / down)
    first = view.column(_NEAR * radius)
    last = view.column(_REACH * float(ellipse.max())) + 1
    part = slice(first, last + 1)
    relative = view.distances[None, part] / ellipse[:, None]
    seen = view.seen[:, part]
    labels = np.where(relative <= 1, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[relative <= _SURE] = cv2.GC_FGD
    labels[:, 0] = cv2.GC_FGD
    labels[(relative > _REACH) | ~seen] = cv2.GC_BGD
    inside = (labels & 1).astype(bool)  # GC_FGD and GC_PR_FGD are odd
    pixels = view.pixels[:, part]
    target, ground = pixels[inside], pixels[~inside & seen]
    if not len(target) or not len(ground):
        return None
    around = np.concatenate([labels[-_OVERHANG:], labels, labels[:_OVERHANG]])
    cv2.grabCut(
        np.concatenate([pixels[-_OVERHANG:], pixels, pixels[:_OVERHANG]]), around, (0, 0, 1, 1),
        _mixture(ground), _mixture(target), 1, cv2.GC_EVAL)
    mask = np.zeros(view.seen.shape, bool)
    mask[:, part] = (around[_OVERHANG:-_OVERHANG] & 1).astype(bool) & seen
    mask[:, :first + 1] = True
    return _central(mask)


def _central(mask: Mask) -> Mask:
    """Return the part of the mask that hangs together with the point itself."""
    rows = len(mask)
    twice = np.concatenate([mask, mask]).astype(np.uint8)  # the circle's ends meet
    _, parts = cv2.connectedComponents(twice, connectivity=4)
    central = parts == parts[0, 0]
    return central[:rows] | central[rows:]


def _mixture(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return a mixture of Gaussians to begin with, as cv2.grabCut keeps one: 1×65.

    The pixels are cut into parts of equal size along the direction in which they differ most.
    cv2.grabCut's own beginning is by k-means from random centres, and slower.

    :param pixels: n×3, n > 0
    """
    colours = pixels.astype(np.float64)
    direction = np.linalg.eigh(np.cov(colours.T, bias=True))[1][:, -1]
    order = np.argsort(colours @ direction, kind='stable')
    weights = np.zeros(_COLOURS)
    means = np.zeros((_COLOURS, 3))
    covariances = np.tile(np.eye(3), (_COLOURS, 1, 1))
    for index, part in enumerate(np.array_split(colours[order], _COLOURS)):
        if len(part):
            weights[index] = len(part) / len(colours)
            means[index] = part.mean(axis=0)
            away = part - means[index]
            covariances[index] = away.T @ away / len(part) + _VARIANCE * np.eye(3)
    return np.concatenate([weights, means.ravel(), covariances.ravel()])[None]

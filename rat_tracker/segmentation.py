"""A box around what somebody clicked on.

One click says where the target is, not how large it is. So a disc around the click is taken for
the target at several sizes, GrabCut (Rother, Kolmogorov, Blake: GrabCut, SIGGRAPH 2004) cuts out
what looks like it, and the cut that most others agree with becomes the box. Nothing here is
random: the same image and click give the same box.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import require_image

_RADII = np.geomspace(0.025, 0.3, 6)  # of the disc, in units of the root of the image's area
_SMALLEST_RADIUS = 4.0  # pixels
_WINDOW = 2.5  # half the side of the part of the image that is cut, in radii
_SIDE = 96  # pixels; larger windows are shrunk to it
_SURE = 0.5  # inner part of the disc that belongs to the target whatever it looks like, in radii
_ROUNDS = 3  # of GrabCut
_COLOURS = 5  # Gaussians in each of GrabCut's two mixtures; cv2.grabCut knows no other number
_VARIANCE = 4.0  # added to that of each Gaussian, squared grey levels: a flat area has none
_CONTRAST = 6.0  # grey levels; image noise and JPEG's blocks stay below it


def box_around(image: Image, x: float, y: float) -> Box:
    """Return the box around the thing that is seen at a point of an image.

    :param image: H×W×3 uint8 BGR
    :param x: pixels from the image's left edge, see ``rat_tracker.geometry``
    :param y: pixels from its top edge
    :raises ValueError: the image is not H×W×3 uint8, the point is not finite or lies outside of
        the image, or nothing at it differs from its surroundings
    """
    width, height = require_image(image)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(f'point {x:g},{y:g} is not finite; write two numbers, in pixels')
    if not (0 <= x < width and 0 <= y < height):
        raise ValueError(f'point {x:g},{y:g} is outside of the {width}x{height} image; '
                         'click on something that it shows')
    boxes = []
    for radius in _RADII * math.sqrt(width * height):
        box = _cut(image, x, y, max(float(radius), _SMALLEST_RADIUS))
        if box is not None:
            boxes.append(box)
    if not boxes:
        raise ValueError(f'nothing at point {x:g},{y:g} differs from its surroundings; '
                         'click on another part of the target, or draw a box around it')
    return max(boxes, key=lambda box: sum(box.overlap(other) for other in boxes))


def _cut(image: Image, x: float, y: float, radius: float) -> Box | None:
    """Return the box around what a target of about this radius looks like; None without any."""
    rows, columns = image.shape[:2]
    reach = _WINDOW * radius
    left, right = max(math.floor(x - reach), 0), min(math.ceil(x + reach), columns)
    top, bottom = max(math.floor(y - reach), 0), min(math.ceil(y + reach), rows)
    scale = min(_SIDE / (2 * reach), 1.0)
    size = max(round((right - left) * scale), 2), max(round((bottom - top) * scale), 2)
    window = cv2.resize(image[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    if float(window.std(axis=(0, 1)).max()) < _CONTRAST:
        return None
    across, down = size[0] / (right - left), size[1] / (bottom - top)
    column, row = (x - left) * across, (y - top) * down
    away_x = (np.arange(size[0]) + 0.5 - column) / (radius * across)
    away_y = (np.arange(size[1]) + 0.5 - row) / (radius * down)
    away = np.hypot(away_x[None], away_y[:, None])
    labels = np.where(away <= 1, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[away <= _SURE] = cv2.GC_FGD
    labels[away > 2] = cv2.GC_BGD
    pixel = min(int(row), size[1] - 1), min(int(column), size[0] - 1)
    labels[pixel] = cv2.GC_FGD
    inside = (labels & 1).astype(bool)  # GC_FGD and GC_PR_FGD are odd
    if inside.all():
        return None
    ground, target = _mixture(window[~inside]), _mixture(window[inside])
    cv2.grabCut(window, labels, (0, 0, 1, 1), ground, target, _ROUNDS, cv2.GC_EVAL)
    _, parts, places, _ = cv2.connectedComponentsWithStats(labels & 1, connectivity=4)
    column, row, width, height = places[parts[pixel]][:4]
    return Box(left + column / across, top + row / down, width / across, height / down)


def _mixture(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return a mixture of Gaussians to begin with, as cv2.grabCut keeps one: 1×65.

    The pixels are cut into parts of equal size along the direction in which they differ most.
    cv2.grabCut's own beginning is by k-means from random centres, and slower.

    :param pixels: n×3, n > 0
    """
    colours = pixels.astype(np.float64)
    spread = np.cov(colours.T) if len(colours) > 1 else np.eye(3)
    direction = np.linalg.eigh(spread)[1][:, -1]
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

"""A box around what somebody clicked on.

One click says where the target is, not how large it is. So what lies around the point is segmented
at several sizes (``rat_tracker.segmentation.grab_cut``), and four features of a segment give the
confidence in it. People do not click in the middle: a second pass starts from the middle of what
was found. The same image and click give the same box.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import require_image
from rat_tracker.segmentation.grab_cut import cut_out
from rat_tracker.segmentation.log_polar import COLOURS
from rat_tracker.segmentation.log_polar import LogPolar
from rat_tracker.segmentation.log_polar import Mask

_RADII = np.geomspace(0.015, 0.35, 12)  # in units of the root of the image's area
_SMALLEST_RADIUS = 4.0  # pixels
_SEEN = 1.25  # how far around the click is segmented, in the same units as the radii
_RING = 15  # cells that a segment's surroundings are compared in, with those between
_FAINTEST = 4.0  # grey levels from a segment to what is beside it; a camera's noise stays below

# How far the overlap with the truth goes with each of _features: a line fitted by least squares to
# segments of 260 pictures of people, animals, vehicles and things; see docs/selection.md.
_WEIGHTS = np.array([0.36, 0.10, -0.17, -0.42])
_SECOND_PASS = 0.85, 1.1, 1.4  # radii, in half the size of what the first pass found
_SHARPNESS = 0.06  # expected overlap by which one segment has e times the weight of another


@dataclass(frozen=True)
class _Segment:
    """What may be the target; its expected overlap with the truth is ``confidence`` + constant."""

    mask: Mask
    box: Box
    confidence: float


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
    unit = math.sqrt(width * height)
    view = LogPolar(image, x, y, _SEEN * unit)
    contrast = float(view.pixels[view.seen].std(axis=0).max())
    segments = _segments(view, _RADII * unit) if contrast >= _FAINTEST else []
    if not segments:
        raise ValueError(f'nothing at point {x:g},{y:g} differs from its surroundings; '
                         'click on another part of the target, or draw a box around it')
    found = _most_likely(segments)
    middle = view.middle(found.mask)
    if view.shows(found.mask, middle):
        half = math.sqrt(found.box.area) / 2
        segments += _segments(
            LogPolar(image, *middle, _SEEN * unit), np.multiply(_SECOND_PASS, half))
    return _most_likely(segments).box


def _segments(view: LogPolar, radii: npt.NDArray[np.float64]) -> list[_Segment]:
    """Return what was found at these sizes, without what hardly differs from what is beside it."""
    segments = []
    for radius in np.maximum(radii, _SMALLEST_RADIUS):
        mask = cut_out(view, float(radius))
        box = None if mask is None else view.box(mask)
        if mask is None or box is None:
            continue
        step = _step(view, mask)
        if step >= _FAINTEST:
            size = math.sqrt(box.area) / float(radius)
            confidence = float(_features(view, mask, step, size) @ _WEIGHTS)
            segments.append(_Segment(mask, box, confidence))
    return segments


def _most_likely(segments: list[_Segment]) -> _Segment:
    """Return the segment whose box overlaps most with all, each weighted by its confidence."""
    best = max(segment.confidence for segment in segments)
    weights = [math.exp((segment.confidence - best) / _SHARPNESS) for segment in segments]
    return max(segments, key=lambda segment: sum(
        weight * segment.box.overlap(other.box)
        for weight, other in zip(weights, segments, strict=True)))


def _step(view: LogPolar, mask: Mask) -> float:
    """Return how far colours across the mask's edge are apart, on average, in grey levels."""
    outward = (mask[:, 1:] != mask[:, :-1]) & view.seen[:, 1:] & view.seen[:, :-1]
    around = (np.roll(mask, -1, axis=0) != mask) & view.seen & np.roll(view.seen, -1, axis=0)
    lengths = np.concatenate([(outward * view.distances[1:])[outward],
                              (around * view.distances)[around]])
    steps = np.concatenate([view.outward_steps[outward], view.around_steps[around]])
    return float(lengths @ steps / lengths.sum()) if len(steps) else 0.0


def _features(view: LogPolar, mask: Mask, step: float, size: float) -> npt.NDArray[np.float64]:
    """Return what tells good segments from others; none depends on the target's size.

    :param size: of its box, in radii of what the segment began with
    """
    rows = len(mask)
    thrice = np.concatenate([mask, mask, mask]).astype(np.uint8)  # the circle's ends meet
    grown = cv2.dilate(thrice, np.ones((_RING, _RING), np.uint8))[rows:2 * rows].astype(bool)
    leaves_image = (mask[:, :-1] & ~view.seen[:, 1:]).any(axis=1).mean()
    return np.array([
        _difference(view, mask & view.seen, grown & ~mask & view.seen),
        math.log(step + 1),
        math.log(size),
        leaves_image,
    ])


def _difference(view: LogPolar, first: Mask, second: Mask) -> float:
    """Return the chi-square distance of the colours of two parts of the picture, 0 to 1."""
    area = np.broadcast_to(view.distances ** 2, first.shape)
    shares = []
    for part in (first, second):
        counts = np.bincount(view.colours[part], area[part], COLOURS)
        if not counts.sum():
            return 0.0
        shares.append(counts / counts.sum())
    both = shares[0] + shares[1]
    return float(((shares[0] - shares[1]) ** 2 / np.where(both > 0, both, 1)).sum() / 2)

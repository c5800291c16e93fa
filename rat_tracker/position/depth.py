"""How far away the target is: one robust distance out of a depth image.

A box holds more than its target: the wall behind it at the sides, the floor under it, a pole in
front, holes where the sensor saw nothing. The distance is the mode of the depths, found by mean
shift with a flat kernel (Comaniciu and Meer, PAMI 2002, section 2) whose mean is a median, and
each pixel counts by how near it is to the box's centre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box

Floats = npt.NDArray[np.float64]

# Of the box's sides: the deviation of the Gaussian with which weights fall from the box's centre.
# Wide enough that a pole of a fifth of the box's width does not win, narrow enough that a person
# of six tenths of the box's sides does (test/position/test_depth.py).
_WAIST = 0.2
_SAMPLES = 64  # rows and columns that are sampled, at most
# What belongs to one surface: half the depth of a person, and what stereo adds with the square of
# the distance (three deviations of a D435: 0.1 pixels of disparity, 640 pixels, 0.05 m).
_HALF_THICKNESS = 0.15
_HALF_NOISE = 0.01  # per metre
_SHIFTS = 10  # more than mean shift has been seen to need
_TO_DEVIATION = 1.4826  # from the median absolute deviation of normally distributed values
_FEWEST_PIXELS = 12
_LEAST_SHARE = 0.05  # of the box that has to have a depth
_LEAST_AGREEMENT = 0.2  # of the weights that have to be of one surface


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the target is along z, and what that rests on."""

    z: float       # metres along the optical axis, as depth images count them
    spread: float  # robust standard deviation of the depths of the target's surface, metres
    pixels: int    # that were sampled and have a depth
    share: float   # of the pixels that were sampled


def distance_in(depth: npt.NDArray[np.generic], box: Box, unit: float) -> Distance:
    """Return the distance of what fills the middle of a box.

    :param depth: H×W, along the optical axis; zero, negative, infinite and NaN are holes
    :param box: in pixels of the depth image
    :param unit: metres of one count: 0.001 for 16UC1, 1 for 32FC1 (REP 118)
    :raises ValueError: there is no distance in the box; the message says why
    """
    rows, across_rows = _sampled(box.y, box.height, depth.shape[0])
    columns, across_columns = _sampled(box.x, box.width, depth.shape[1])
    if not (len(rows) and len(columns)):
        raise ValueError('the box lies outside of the depth image')
    values = depth[rows[:, None], columns].astype(np.float64) * unit
    weights = across_rows[:, None] * across_columns
    valid = np.isfinite(values) & (values > 0)
    pixels, share = int(valid.sum()), float(valid.mean())
    if pixels < _FEWEST_PIXELS or share < _LEAST_SHARE:
        raise ValueError(f'only {pixels} of {values.size} pixels in the box have a depth; is the '
                         'target within the range of the sensor?')
    z, spread = _mode(values[valid], weights[valid])
    return Distance(z, spread, pixels, share)


def _sampled(start: float, size: float, limit: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return the pixels whose centres are in an interval, or some of them, and their weights."""
    first, last = max(int(np.ceil(start - 0.5)), 0), min(int(np.ceil(start + size - 0.5)), limit)
    count = min(max(last - first, 0), _SAMPLES)
    pixels = first + ((np.arange(count) + 0.5) * (last - first) / max(count, 1)).astype(np.intp)
    off = (pixels + 0.5 - (start + size / 2)) / (_WAIST * size)
    return pixels, np.exp(-off * off / 2)


def _mode(values: Floats, weights: Floats) -> tuple[float, float]:
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    half = _HALF_THICKNESS + _HALF_NOISE * values * values
    inside = (sums[np.searchsorted(values, values + half, 'right')]
              - sums[np.searchsorted(values, values - half, 'left')])
    z = float(values[np.argmax(inside)])
    for _ in range(_SHIFTS):
        near = np.abs(values - z) <= _HALF_THICKNESS + _HALF_NOISE * z * z
        before, z = z, _median(values[near], weights[near])
        if z == before:
            break
    if weights[near].sum() < _LEAST_AGREEMENT * sums[-1]:
        raise ValueError('the depths in the box do not agree: nothing in it fills its middle')
    off = np.abs(values[near] - z)
    order = np.argsort(off)
    return z, _TO_DEVIATION * _median(off[order], weights[near][order])


def _median(ordered: Floats, weights: Floats) -> float:
    sums = np.cumsum(weights)
    return float(ordered[np.searchsorted(sums, sums[-1] / 2)])

"""Lenses: from the place where a pixel is seen back to the direction that it came from.

Places are on the plane at distance 1, as seen through the lens: (u - cx) / fx, (v - cy) / fy.
"""

from __future__ import annotations

import math
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.position.camera_matrix import CORRECT

Floats = npt.NDArray[np.float64]

# Names under which drivers and calibrators publish OpenCV's two models. Which coefficients there
# are is told by how many: the published names, as plumb_bob, are often wrong about that.
_POLYNOMIAL = ('plumb_bob', 'rational_polynomial', 'thin_prism', 'tilted', 'radtan',
               'brown_conrady', '')
_FISHEYE = ('equidistant', 'fisheye', 'kannala_brandt', 'kannala_brandt4')
_MODELS = ('plumb_bob', 'rational_polynomial', 'equidistant')  # those of sensor_msgs
# k1 k2 p1 p2, k3, k4 k5 k6, s1 s2 s3 s4 of a thin prism, τx τy of a tilted sensor
_POLYNOMIAL_COUNTS = (4, 5, 8, 12, 14)
_FISHEYE_COUNTS = (4,)

_CRITERIA = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 100, 1e-10)
_AGREE = 1e-4  # of the focal length, less than a tenth of a pixel for most cameras
_STEPS = 1024  # of the table of angles; Newton's method ends its error
_ORIGIN = np.zeros(3)
_IDENTITY = np.eye(3)


def is_fisheye(model: str) -> bool:
    """Return whether a calibration's ``distortion_model`` is that of a fisheye."""
    return _plain(model) in _FISHEYE


def create_lens(model: str, d: tuple[float, ...]) -> Lens:
    """Return what undoes a calibration's distortion.

    :param model: the calibration's ``distortion_model``
    :param d: its coefficients, finite; zeros behind those that the model has do not matter
    :raises ValueError: there is no such model, or not with so many coefficients
    """
    if is_fisheye(model):
        return Equidistant(_coefficients(model, d or (0.0,) * 4, _FISHEYE_COUNTS))
    if _plain(model) not in _POLYNOMIAL:
        raise ValueError(f'has the distortion model {model!r}, which is none of '
                         f'{", ".join(_MODELS)}; {CORRECT}')
    return Polynomial(_coefficients(model, d, _POLYNOMIAL_COUNTS))


def _plain(model: str) -> str:
    return model.strip().lower().replace(' ', '_').replace('-', '_')


def _coefficients(model: str, d: tuple[float, ...], counts: tuple[int, ...]) -> Floats:
    known = max((count for count in counts if count <= len(d)), default=None)
    if known is None or any(d[known:]):
        wanted = [str(count) for count in counts]
        many = f'{", ".join(wanted[:-1])} or {wanted[-1]}' if len(wanted) > 1 else wanted[0]
        extra = '' if known is None else next(
            f'; d[{index}] is {value:g}' for index, value in enumerate(d)
            if index >= known and value)
        raise ValueError(f'has {len(d)} numbers in d, and {model or "the default model"} has '
                         f'{many}{extra}; {CORRECT}')
    return np.array(d[:known], np.float64)


class Lens(Protocol):
    """What undoes one distortion."""

    def straighten(self, seen: Floats, points: Floats) -> Floats:
        """Return directions, N×3, of any length.

        :param seen: places on the plane at distance 1, N×2
        :param points: the same in the image's pixels, for the message
        :raises ValueError: nothing is seen at one of the points through this lens
        """


class Polynomial:
    """OpenCV's model of a lens with a flat image, from ``plumb_bob`` to the tilted sensor."""

    def __init__(self, coefficients: Floats) -> None:
        self._coefficients = coefficients

    def straighten(self, seen: Floats, points: Floats) -> Floats:
        """Return directions; see ``Lens``."""
        straight = cv2.undistortPoints(
            seen.reshape(-1, 1, 2), _IDENTITY, self._coefficients, criteria=_CRITERIA)
        rays = np.ones((len(seen), 3))
        rays[:, :2] = straight.reshape(-1, 2)
        # The iteration ends anywhere where no direction is seen at a point.
        again, _ = cv2.projectPoints(rays, _ORIGIN, _ORIGIN, _IDENTITY, self._coefficients)
        off = np.abs(again.reshape(-1, 2) - seen).max(axis=1)
        _require_seen(np.nan_to_num(off, nan=math.inf) < _AGREE, points)
        return rays


class Equidistant:
    """``equidistant``: the fisheye model of Kannala and Brandt, PAMI 2006, as in cv2.fisheye.

    A ray at the angle θ from the axis is seen at the radius θ (1 + k1 θ² + k2 θ⁴ + k3 θ⁶ + k4 θ⁸);
    lenses may see more than half of the world, so that nothing here divides by z.
    """

    def __init__(self, coefficients: Floats) -> None:
        odd = np.zeros(10)
        odd[1], odd[3::2] = 1.0, coefficients
        self._radius = np.polynomial.Polynomial(odd)
        self._slope = self._radius.deriv()
        angles = np.linspace(0.0, math.pi, _STEPS)
        # Up to where the radius grows: what comes behind is no part of the image.
        falling = np.flatnonzero(self._slope(angles) <= 0)
        self._angles = angles[:falling[0] if len(falling) else None]
        self._radii = self._radius(self._angles)

    def straighten(self, seen: Floats, points: Floats) -> Floats:
        """Return directions; see ``Lens``."""
        radius = np.hypot(seen[:, 0], seen[:, 1])
        _require_seen(radius <= self._radii[-1], points)
        angle = np.interp(radius, self._radii, self._angles)
        for _ in range(3):
            angle -= (self._radius(angle) - radius) / np.maximum(self._slope(angle), 1e-6)
        across = np.sinc(angle / math.pi) * angle / np.where(radius > 0, radius, 1.0)
        return np.column_stack([seen * across[:, None], np.cos(angle)])


def _require_seen(well: npt.NDArray[np.bool_], points: Floats) -> None:
    if not well.all():
        x, y = points[np.argmin(well)]
        raise ValueError(f'by its calibration the lens shows nothing at pixel {x:.0f},{y:.0f}')

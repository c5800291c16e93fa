"""The direction in which a camera sees a pixel, from its calibration.

Calibrations are those of ``sensor_msgs/CameraInfo`` (its message file states the fields); nothing
here needs ROS. Directions are in the optical frame of REP 103: x right, y down, z forward.

Two conventions meet here. Boxes count edges: pixel ``i`` covers ``[i, i + 1)``, and its centre is
at ``i + 0.5``. Calibrations count centres: the principal point of a calibration is ``i`` where it
lies in the centre of pixel ``i``, as in OpenCV. ``CameraModel.rays`` takes edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rat_tracker.position.lenses import Equidistant
from rat_tracker.position.lenses import Lens
from rat_tracker.position.lenses import Polynomial

Floats = npt.NDArray[np.float64]

_EQUIDISTANT = 'equidistant'
# How many coefficients a model has. Drivers publish plumb_bob with four as well, and the rational
# polynomial with the thin prism's and the tilted sensor's appended, as OpenCV does.
_COEFFICIENTS = {'plumb_bob': (4, 5), 'rational_polynomial': (8, 12, 14), _EQUIDISTANT: (4,)}
MODELS = tuple(_COEFFICIENTS)
_ORTHOGONAL = 1e-3  # calibration files are written with few digits


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fields of ``sensor_msgs/CameraInfo``, under its names."""

    width: int   # of the whole sensor, in pixels
    height: int
    distortion_model: str
    d: tuple[float, ...]
    k: tuple[float, ...]  # 3×3, of the raw images
    r: tuple[float, ...]  # 3×3, turns raw directions into rectified ones
    p: tuple[float, ...]  # 3×4, of the rectified images
    binning: tuple[int, int] = (1, 1)  # pixels of the sensor per pixel of the image; 0 is 1
    window: tuple[int, int, int, int] = (0, 0, 0, 0)  # x, y, width, height; no size: everything


class CameraModel:
    """One camera, of which the images are either raw or rectified."""

    def __init__(self, calibration: Calibration, rectified: bool) -> None:
        """Check the calibration.

        :param rectified: whether the lens's distortion was taken out of the images
        :raises ValueError: the calibration says nothing, or nothing that can be
        """
        self.image_size = image_size(calibration)
        self._binning = np.array(_binning(calibration), np.float64)
        self._corner = np.array(_window(calibration)[:2], np.float64)
        self._rotation = np.eye(3)
        self._lens: Lens | None = None
        if rectified:
            matrix = _checked('p', calibration.p, (3, 4))[:, :3]
        else:
            matrix = _checked('k', calibration.k, (3, 3))
            self._lens = _lens(calibration)
            self._rotation = _rotation(calibration.r)
        _require_camera_matrix('p' if rectified else 'k', matrix)
        self._focal = np.array([matrix[0, 0], matrix[1, 1]])
        self._center = matrix[:2, 2]

    def rays(self, points: npt.ArrayLike) -> Floats:
        """Return the unit vectors, N×3, towards points of the image.

        Those of raw images are turned into the rectified frame, as image_geometry does, so that a
        place in the scene has one direction in both kinds of images.

        :param points: N×2, x and y in pixels of the image that is published, counted by edges
        :raises ValueError: the lens does not show anything at one of the points
        """
        edges = np.asarray(points, np.float64).reshape(-1, 2)
        # A binned pixel is the union of pixels, so that edges, not centres, scale with binning.
        seen = (edges * self._binning + self._corner - 0.5 - self._center) / self._focal
        rays = _homogeneous(seen) if self._lens is None else self._lens.straighten(seen, edges)
        rays = rays @ self._rotation.T
        return rays / np.linalg.norm(rays, axis=1, keepdims=True)


def _homogeneous(points: Floats) -> Floats:
    return np.column_stack([points, np.ones(len(points))])


def image_size(calibration: Calibration) -> tuple[int, int]:
    """Return width and height of the images that a calibration describes, in their pixels.

    :raises ValueError: it describes none
    """
    x, y, width, height = _window(calibration)
    if not (width > 0 and height > 0):
        raise ValueError(f'describes images of {width}x{height} pixels')
    if x + width > calibration.width or y + height > calibration.height:
        raise ValueError(
            f'has a region of interest of {width}x{height} pixels at {x},{y}, beyond the '
            f'{calibration.width}x{calibration.height} pixels of the sensor')
    across, down = _binning(calibration)
    return width // across, height // down


def _binning(calibration: Calibration) -> tuple[int, int]:
    across, down = calibration.binning
    return max(across, 1), max(down, 1)


def _window(calibration: Calibration) -> tuple[int, int, int, int]:
    if calibration.window[2] and calibration.window[3]:
        return calibration.window
    return 0, 0, calibration.width, calibration.height


def _checked(name: str, values: tuple[float, ...], shape: tuple[int, int]) -> Floats:
    matrix = np.asarray(values, np.float64)
    if matrix.size != shape[0] * shape[1]:
        raise ValueError(f'has {matrix.size} numbers in {name}, not {shape[0] * shape[1]}')
    if not np.isfinite(matrix).all():
        raise ValueError(f'has a number in {name} that is not finite')
    if not matrix.any():
        raise ValueError(f'has only zeros in {name}: the camera is not calibrated')
    return matrix.reshape(shape)


def _require_camera_matrix(name: str, matrix: Floats) -> None:
    (fx, skew, _), (zero, fy, _), last = matrix
    if fx <= 0 or fy <= 0 or skew or zero or last.tolist() != [0, 0, 1]:
        raise ValueError(f'has no camera matrix in {name}: the form is fx 0 cx, 0 fy cy, 0 0 1, '
                         'with fx and fy above zero')


def _lens(calibration: Calibration) -> Lens | None:
    """Return what undoes the distortion; None where there is none."""
    model, count = calibration.distortion_model, len(calibration.d)
    coefficients = np.asarray(calibration.d, np.float64)
    if not np.isfinite(coefficients).all():
        raise ValueError('has a number in d that is not finite')
    # Zeros are no distortion, but an equidistant lens bends rays with them, too.
    if model != _EQUIDISTANT and not coefficients.any():
        return None
    if model not in _COEFFICIENTS:
        raise ValueError(f'has the distortion model {model!r}, which is none of '
                         f'{", ".join(MODELS)}')
    if count not in _COEFFICIENTS[model]:
        wanted = ' or '.join(map(str, _COEFFICIENTS[model]))
        raise ValueError(f'has {count} numbers in d, and {model} has {wanted}')
    return Equidistant(coefficients) if model == _EQUIDISTANT else Polynomial(coefficients)


def _rotation(values: tuple[float, ...]) -> Floats:
    if not any(values):
        return np.eye(3)  # left out: a camera that is no part of a pair needs none
    rotation = _checked('r', values, (3, 3))
    if (np.abs(rotation @ rotation.T - np.eye(3)).max() > _ORTHOGONAL
            or np.linalg.det(rotation) < 0):
        raise ValueError('has no rotation in r')
    return rotation

"""The direction in which a camera sees a pixel, from its calibration.

Calibrations are those of ``sensor_msgs/CameraInfo`` (its message file states the fields); nothing
here needs ROS. Directions are in the optical frame of REP 103: x right, y down, z forward.

Two conventions meet here. Boxes count edges: pixel ``i`` covers ``[i, i + 1)``, and its centre is
at ``i + 0.5``. Calibrations count centres: the principal point of a calibration is ``i`` where it
lies in the centre of pixel ``i``, as in OpenCV. ``CameraModel.rays`` takes edges.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rat_tracker.position.camera_matrix import CALIBRATE
from rat_tracker.position.camera_matrix import camera_matrix
from rat_tracker.position.camera_matrix import CORRECT
from rat_tracker.position.camera_matrix import finite
from rat_tracker.position.camera_matrix import left_out
from rat_tracker.position.camera_matrix import require_finite
from rat_tracker.position.lenses import create_lens
from rat_tracker.position.lenses import is_fisheye
from rat_tracker.position.lenses import Lens

Floats = npt.NDArray[np.float64]

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

    @property
    def has_window(self) -> bool:
        """Whether the images show a part of the sensor."""
        x, y, width, height = self.window
        return bool(width and height) and (
            (x, y, width, height) != (0, 0, self.width, self.height))


class CameraModel:
    """One camera, of which the images are either raw or rectified."""

    def __init__(self, calibration: Calibration, rectified: bool) -> None:
        """Check the calibration.

        :param rectified: whether the lens's distortion was taken out of the images
        :raises ValueError: the calibration says nothing, or nothing that can be
        """
        self.image_size = image_size(calibration)
        self._pixels = np.array(_binning(calibration), np.float64)  # of the sensor, per pixel
        self._corner = np.array(_window(calibration)[:2], np.float64)
        self._rotation = np.eye(3)
        self._lens: Lens | None = None
        if not rectified and _distorts(calibration):
            self._lens = create_lens(calibration.distortion_model, calibration.d)
        matrix = _matrix(calibration, rectified, bends=self._lens is not None)
        if not rectified:
            self._rotation = _rotation(calibration.r)
        (self._fx, self._skew, self._cx), (_, self._fy, self._cy), _ = matrix.tolist()

    def of_size(self, width: int, height: int) -> CameraModel:
        """Return the model of images that show the same with other pixels, as ``fits`` says."""
        if (width, height) == self.image_size:
            return self
        scaled = copy(self)
        scaled.image_size = width, height
        scaled._pixels = self._pixels * self.image_size / (width, height)
        return scaled

    def rays(self, points: npt.ArrayLike) -> Floats:
        """Return the unit vectors, N×3, towards points of the image.

        Those of raw images are turned into the rectified frame, as image_geometry does, so that a
        place in the scene has one direction in both kinds of images.

        :param points: N×2, x and y in pixels of the image that is published, counted by edges
        :raises ValueError: the lens does not show anything at one of the points
        """
        edges = np.asarray(points, np.float64).reshape(-1, 2)
        # A binned pixel is the union of pixels, so that edges, not centres, scale with binning.
        x, y = (edges * self._pixels + self._corner - 0.5).T
        down = (y - self._cy) / self._fy
        seen = np.column_stack([(x - self._cx - self._skew * down) / self._fx, down])
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
        raise ValueError(f'describes images of {width}x{height} pixels, which is none; let the '
                         'camera driver set width and height')
    if x + width > calibration.width or y + height > calibration.height:
        raise ValueError(
            f'has a region of interest of {width}x{height} pixels at {x},{y}, beyond the '
            f'{calibration.width}x{calibration.height} pixels of the sensor; let the camera '
            'driver set roi, width and height')
    across, down = _binning(calibration)
    if across > width or down > height:
        raise ValueError(f'has a binning of {across}x{down} pixels, more than there are in '
                         f'{width}x{height}; {CORRECT}')
    return width // across, height // down


def _binning(calibration: Calibration) -> tuple[int, int]:
    across, down = calibration.binning
    return max(across, 1), max(down, 1)


def _window(calibration: Calibration) -> tuple[int, int, int, int]:
    if calibration.window[2] and calibration.window[3]:
        return calibration.window
    return 0, 0, calibration.width, calibration.height


def fits(calibration: Calibration, width: int, height: int) -> bool:
    """Return whether images of this size show what a calibration describes.

    Those of another resolution do where their shape is the same, as those of a driver that scales
    them, or is calibrated at its sensor's resolution. A region of interest has its size.

    :raises ValueError: the calibration describes no images
    """
    known = image_size(calibration)
    if calibration.has_window:
        return abs(known[0] - width) <= 1 and abs(known[1] - height) <= 1
    # Sizes are whole numbers: the same view at another scale is up to a pixel off.
    return abs(known[0] * height - known[1] * width) <= max(*known, width, height)


def _matrix(calibration: Calibration, rectified: bool, *, bends: bool) -> Floats:
    """Return the camera matrix of the images, out of the field that the driver filled in.

    :param bends: whether the lens of raw images distorts
    """
    without_k = left_out(calibration.k, 3)
    without_p = left_out(calibration.p, 4)
    if without_k and without_p:
        raise ValueError(f'has {without_k} in k and {without_p} in p: the camera is not '
                         f'calibrated; {CALIBRATE}')
    if rectified:
        # Without p of its own, rectifying keeps the camera matrix.
        return (camera_matrix('k', calibration.k, 3) if without_p
                else camera_matrix('p', calibration.p, 4))
    if not without_k:
        return camera_matrix('k', calibration.k, 3)
    if bends or not np.array_equal(_rotation(calibration.r), np.eye(3)):
        raise ValueError(f'has {without_k} in k, which raw images need, and p, which rectified '
                         'ones have; set image_geometry to rectified if the images are, else '
                         'let the driver fill in k')
    return camera_matrix('p', calibration.p, 4)  # of raw images that need no rectifying


def _distorts(calibration: Calibration) -> bool:
    """Return whether a lens has to be undone: zeros are no distortion but in a fisheye."""
    require_finite('d', calibration.d)
    return any(calibration.d) or is_fisheye(calibration.distortion_model)


def _rotation(values: tuple[float, ...]) -> Floats:
    if not any(values):
        return np.eye(3)  # left out: a camera that is no part of a pair needs none
    rotation = finite('r', values, (3, 3))
    off = np.abs(rotation @ rotation.T - np.eye(3))
    if off.max() > _ORTHOGONAL:
        row, column = np.unravel_index(off.argmax(), off.shape)
        what = (f'row {row} is not of length 1' if row == column
                else f'rows {row} and {column} are not at right angles')
        raise ValueError(f'has no rotation in r: {what}; {CORRECT}')
    if np.linalg.det(rotation) < 0:
        raise ValueError(f'has no rotation in r: it mirrors; {CORRECT}')
    return rotation

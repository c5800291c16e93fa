"""The camera matrix out of a calibration: ``k`` of raw images, ``p`` of rectified ones.

Drivers fill in one and leave the other out, scale it, and write what is almost zero for zero.
OpenCV and image_geometry read fx, cx, fy and cy out of whatever comes; here what no camera matrix
can have is refused, with the number that is wrong.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CALIBRATE = 'calibrate the camera (camera_calibration), or let its driver load the calibration'
CORRECT = 'correct it in the calibration file that the camera driver loads'

_ALMOST_ZERO = 1e-6  # of the focal length, or of k[8]: less than a thousandth of a pixel
_ZERO = 1e-9
_NAMES = {(0, 0): 'the focal length fx', (1, 1): 'the focal length fy'}


def left_out(values: tuple[float, ...], columns: int) -> str:
    """Return how a matrix was left out: as zeros or as the identity; empty if it was not.

    :param values: three rows of it
    :param columns: of a row
    """
    matrix = np.asarray(values, np.float64)
    if np.all(np.abs(matrix) < _ZERO):
        return 'only zeros'
    if matrix.size == 3 * columns and np.array_equal(
            matrix.reshape(3, columns), np.eye(3, columns)):
        return 'only the identity'
    return ''


def finite(name: str, values: tuple[float, ...], shape: tuple[int, int]) -> Floats:
    """Return a field of the calibration as a matrix.

    :raises ValueError: it has another size, or a number that is not finite
    """
    if len(values) != shape[0] * shape[1]:
        raise ValueError(f'has {len(values)} numbers in {name}, not {shape[0] * shape[1]}; '
                         f'{CORRECT}')
    require_finite(name, values)
    return np.array(values, np.float64).reshape(shape)


def require_finite(name: str, values: tuple[float, ...]) -> None:
    """Refuse NaN and infinite numbers.

    :raises ValueError: there is one; the message names the first
    """
    for index, value in enumerate(values):
        if not math.isfinite(value):
            raise ValueError(f'has {value:g} in {name}[{index}], which is not finite; {CORRECT}')


def camera_matrix(name: str, values: tuple[float, ...], columns: int) -> Floats:
    """Return the matrix fx skew cx, 0 fy cy, 0 0 1.

    :param name: of the field: k or p
    :param values: three rows of it; of ``p`` the fourth column does not matter here
    :param columns: of a row
    :raises ValueError: it has another form; the message names the number that is wrong
    """
    matrix = finite(name, values, (3, columns))[:, :3]

    def refuse(row: int, column: int, why: str) -> ValueError:
        return ValueError(f'has {matrix[row, column]:g} in {name}[{row * columns + column}], '
                          f'{why}; {CORRECT}')
    scale = matrix[2, 2]
    if abs(scale) < _ZERO:
        raise refuse(2, 2, 'by which the others are divided')
    plain = matrix / scale
    for place, what in _NAMES.items():
        if plain[place] < _ZERO:
            raise refuse(*place, f'{what}, which has to be above zero')
    for row, column, whole in ((1, 0, plain[1, 1]), (2, 0, 1.0), (2, 1, 1.0)):
        if abs(plain[row, column]) > _ALMOST_ZERO * whole:
            raise refuse(row, column, 'where a camera matrix has zero: its form is '
                         'fx 0 cx, 0 fy cy, 0 0 1')
    return np.triu(plain)

"""An image as seen from one of its points: angle by logarithm of the distance.

Things of every size look the same here, but for a shift along the distance. Mishra, Aloimonos,
Cheong, Kassim: Active visual segmentation, TPAMI 2012, cut things out around a fixated point in
such a picture, for that reason.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

Mask = npt.NDArray[np.bool_]

ANGLES = 96  # 72 are faster and give worse boxes
RATIO = math.exp(2 * math.pi / ANGLES)  # of neighbouring distances, so that cells are square
COLOURS = 512
_NEAREST = 1.0  # pixels
_COARSEST = 2.0  # pixels of an image that one cell may cover before a smaller image is sampled


class LogPolar:
    """What is seen around a point, up to a distance.

    :ivar pixels: angle×distance×3 uint8
    :ivar seen: angle×distance, False where the image has no pixel
    :ivar distances: of the cells' middles, in pixels of the image
    :ivar directions: angle×2, unit vectors, x to the right and y down
    :ivar outward_steps: angle×(distance − 1), how far the CIELAB colours of a cell and the next
        one outwards are apart; 0 to 255 a channel
    :ivar around_steps: angle×distance, likewise of a cell and the next one around
    :ivar colours: angle×distance, number of the cell's colour, below ``COLOURS``

    :param image: H×W×3 uint8
    :param reach: the largest distance, in pixels
    """

    def __init__(self, image: Image, x: float, y: float, reach: float) -> None:
        count = max(math.ceil(math.log(max(reach, _NEAREST) / _NEAREST) / math.log(RATIO)), 2)
        self.distances = _NEAREST * RATIO ** (np.arange(count) + 0.5)
        angles = (np.arange(ANGLES) + 0.5) * (2 * math.pi / ANGLES)
        self.directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        self._point = np.array([x, y])
        self._size = image.shape[1], image.shape[0]
        columns = x + np.outer(self.directions[:, 0], self.distances)
        rows = y + np.outer(self.directions[:, 1], self.distances)
        self.seen = ((columns >= 0) & (columns < self._size[0])
                     & (rows >= 0) & (rows < self._size[1]))
        self.pixels = _sampled(image, columns, rows, self.distances * (RATIO - 1))
        lab = cv2.cvtColor(self.pixels, cv2.COLOR_BGR2LAB).astype(np.float64)
        self.outward_steps = np.linalg.norm(np.diff(lab, axis=1), axis=2)
        self.around_steps = np.linalg.norm(np.roll(lab, -1, axis=0) - lab, axis=2)
        self.colours = _bins(lab)

    def column(self, distance: float) -> int:
        """Return the column of a distance in pixels, or the nearest that there is."""
        column = math.floor(math.log(max(distance, _NEAREST) / _NEAREST) / math.log(RATIO))
        return min(column, len(self.distances) - 1)

    def middle(self, mask: Mask) -> tuple[float, float]:
        """Return the centre of gravity of a part of the picture, in pixels of the image.

        :param mask: angle×distance, not empty
        """
        area = mask * self.distances ** 2
        x, y = (area @ self.distances) @ self.directions / area.sum() + self._point
        return (min(max(float(x), 0.0), self._size[0] - 1.0),
                min(max(float(y), 0.0), self._size[1] - 1.0))

    def shows(self, mask: Mask, point: tuple[float, float]) -> bool:
        """Say whether a point of the image belongs to a part of the picture."""
        x, y = point[0] - self._point[0], point[1] - self._point[1]
        row = math.floor(math.atan2(y, x) / (2 * math.pi) * ANGLES) % ANGLES
        return bool(mask[row, self.column(math.hypot(x, y))])

    def box(self, mask: Mask) -> Box | None:
        """Return the box around a part of the picture; None if it is less than a pixel.

        :param mask: angle×distance
        """
        # A convex thing reaches farthest somewhere within a cell.
        farthest = np.where(mask, self.distances, 0).max(axis=1) * math.sqrt(RATIO)
        (left, top), (right, bottom) = (
            _clipped(ends, self._size) for ends in (
                self._point + (self.directions * farthest[:, None]).min(axis=0),
                self._point + (self.directions * farthest[:, None]).max(axis=0)))
        if right - left < 1 or bottom - top < 1:
            return None
        return Box(left, top, right - left, bottom - top)


def _clipped(point: npt.NDArray[np.float64], size: tuple[int, int]) -> tuple[float, float]:
    return min(max(float(point[0]), 0), size[0]), min(max(float(point[1]), 0), size[1])


def _bins(lab: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return the number of each colour: eight steps of L, and of a and b, which vary less."""
    light = lab[..., 0] // 32
    red, yellow = (np.clip((lab[..., channel] - 88) // 10, 0, 7) for channel in (1, 2))
    return ((light * 8 + red) * 8 + yellow).astype(np.intp)


def _sampled(
    image: Image, columns: npt.NDArray[np.float64], rows: npt.NDArray[np.float64],
    steps: npt.NDArray[np.floating],
) -> Image:
    """Return the image at these places.

    Distant ones are taken out of smaller images, or fine texture would come through as noise.

    :param columns: angle×distance, continuous pixel coordinates
    :param steps: pixels between neighbouring distances
    """
    pixels = np.empty((*columns.shape, 3), np.uint8)
    done, scale = 0, 1.0
    while True:
        smallest = min(image.shape[:2]) < 8
        until = len(steps) if smallest else int(np.searchsorted(steps, _COARSEST * scale))
        if until > done:
            x, y = ((part[:, done:until] / scale - 0.5).astype(np.float32)
                    for part in (columns, rows))
            pixels[:, done:until] = cv2.remap(
                image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            done = until
        if done == len(steps):
            return pixels
        image = cv2.pyrDown(image)  # type: ignore[assignment]
        scale *= 2

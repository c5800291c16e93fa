"""How the camera moved between two frames, by sparse optical flow on small grey pictures.

Corners (Shi, Tomasi: Good features to track, CVPR 1994) outside the target's box are followed by
the pyramidal method of Lucas and Kanade (Bouguet, Intel 2000), and a similarity that most of them
agree on is found by RANSAC (Fischler, Bolles, CACM 1981). What moves by itself and is smaller than
the background is outvoted.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

_SIDE = 128  # pixels of the longer side of a small picture
_LEAST_SIDE = 16  # pixels of the shorter side, below which nothing is told
_CORNERS = 60
_QUALITY = 0.01  # of the weakest corner, as a fraction of the strongest one's
_DISTANCE = 5  # pixels between two corners
_WINDOW = (9, 9)  # pixels around a corner that are compared
_LEVELS = 3  # halvings of the small picture; reaches some 30 pixels
_STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 10, 0.03)
_TOLERANCE = 0.5  # small pixels from the common motion
_LEAST_CORNERS = 8
_LEAST_SHARE = 0.5  # of the corners that agree
_MOST_ZOOM = 1.4  # from one frame to the next; what is more is a mistake
_MARGIN = 1.2  # around the target's box, whose edge is seldom exact

Grey = npt.NDArray[np.uint8]  # h×w


@dataclass(frozen=True, slots=True)
class Similarity:
    """The map ``(x, y) → (a·x - b·y + dx, b·x + a·y + dy)``: turn, zoom and shift.

    Coordinates are image pixels, see ``rat_tracker.geometry``.
    """

    a: float
    b: float
    dx: float
    dy: float

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x - self.b * y + self.dx, self.b * x + self.a * y + self.dy

    @property
    def zoom(self) -> float:
        return math.hypot(self.a, self.b)


STILL = Similarity(1.0, 0.0, 0.0, 0.0)


def small_grey(image: Image) -> Grey:
    """Return a small grey picture of an image, its longer side ``_SIDE`` pixels, never enlarged.

    Green stands for grey, of which it is most (Rec. 601: 0.587). Of a large image only every few
    pixels are read, two or more for each of the picture's each way.

    :param image: H×W×3 uint8, BGR
    """
    height, width = image.shape[:2]
    longer = max(width, height)
    step = max(min(longer // (2 * _SIDE), width, height), 1)
    read = np.ascontiguousarray(image[step // 2::step, step // 2::step, 1])
    scale = min(_SIDE / longer, 1.0)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return cv2.resize(read, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def camera_motion(
    before: Grey, now: Grey, box: Box, image_size: tuple[int, int],
) -> Similarity:
    """Return where the camera's motion puts the pixels of the frame before in this one.

    ``STILL`` where that cannot be told: too few corners, or too few that move alike.

    :param before: ``small_grey`` of the frame before
    :param now: that of this frame, of the same size
    :param box: the target in the frame before, in image pixels; what is in it does not count
    :param image_size: width and height of the images, in pixels
    """
    rows, columns = before.shape
    if min(rows, columns) < _LEAST_SIDE:
        return STILL
    to_image = np.array([image_size[0] / columns, image_size[1] / rows], np.float32)
    corners = _corners(before, box, to_image)
    if len(corners) < _LEAST_CORNERS:
        return STILL
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        before, now, corners, None, winSize=_WINDOW, maxLevel=_LEVELS, criteria=_STOP)  # type: ignore[call-overload]
    moved = moved[:, 0]
    kept = (found[:, 0] > 0) & (moved >= 0).all(1) & (moved < (columns, rows)).all(1)
    if kept.sum() < _LEAST_CORNERS:
        return STILL
    # A small pixel's middle is half a pixel from its edge.
    matrix, agree = cv2.estimateAffinePartial2D(
        (corners[kept, 0] + 0.5) * to_image, (moved[kept] + 0.5) * to_image,
        method=cv2.RANSAC, ransacReprojThreshold=_TOLERANCE * float(to_image.max()))
    if matrix is None or agree.sum() < max(_LEAST_CORNERS, _LEAST_SHARE * kept.sum()):
        return STILL
    motion = Similarity(*(float(value) for value in (*matrix[:, 0], *matrix[:, 2])))
    return motion if 1 / _MOST_ZOOM < motion.zoom < _MOST_ZOOM else STILL


def _corners(
    grey: Grey, box: Box, to_image: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return N×1×2 corners outside of a box, as column and row of a small picture."""
    corners = cv2.goodFeaturesToTrack(grey, _CORNERS, _QUALITY, _DISTANCE)
    if corners is None:
        return np.empty((0, 1, 2), np.float32)
    center = np.array([box.center_x, box.center_y])
    half = _MARGIN / 2 * np.array([box.width, box.height])
    outside = (np.abs((corners[:, 0] + 0.5) * to_image - center) > half).any(1)
    return corners[outside]

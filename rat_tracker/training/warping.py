"""From an image to a patch in one step: shifted, scaled, stretched, turned, mirrored.

What is not turned goes through ``SearchRegion.crop``, pixel for pixel what a tracker sees that
takes the target to be elsewhere or larger than it is. What is turned is resampled by the same
interpolation.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.masks import Mask
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import region_size
from rat_tracker.geometry import SearchRegion
from rat_tracker.training.patches import Numbers

PATCH_SIDE = 256


@dataclass(frozen=True, slots=True)
class Warping:
    """How far a search region may be off.

    :param reach: how far the centre is shifted each way at most, as a part of the way that takes a
        square target to the region's edge
    :param scale: largest absolute logarithm of the size's error; it is uniform
    :param aspect: standard deviation of the logarithm of the error of the ratio of sides
    :param degrees: largest turn to either side
    :param turned: share of the patches that are turned, of targets whose mask is known
    :param mirrored: share of the pairs that are mirrored as a whole
    :param turned_away: share of the pairs of which the search patch alone is mirrored
    """

    reach: float = 0.6
    scale: float = 0.5
    aspect: float = 0.12
    degrees: float = 20.0
    turned: float = 0.3
    mirrored: float = 0.5
    turned_away: float = 0.1


@dataclass(frozen=True, slots=True)
class Look:
    """A region of an image as a patch.

    :param taken: what the target was taken to be, in image pixels
    :param degrees: by which the region's content is turned around its middle, clockwise
    :param mirrored: left and right are exchanged, after the turn
    """

    region: SearchRegion
    taken: Box
    region_factor: float
    degrees: float = 0.0
    mirrored: bool = False

    def pixels(self, image: Image) -> Image:
        """Return the patch, side×side×3 uint8; pixels outside of the image repeat its edge."""
        if self.degrees:
            side = self.region.patch_side
            return cv2.warpAffine(  # type: ignore[return-value]
                image, self._map(shift=0.5), (side, side), flags=cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE)
        patch = self.region.crop(image)
        return np.ascontiguousarray(patch[:, ::-1]) if self.mirrored else patch

    def coverage(self, mask: Mask) -> npt.NDArray[np.float32]:
        """Return how much of each pixel of the patch a mask of the image covers, 0 to 1."""
        side = self.region.patch_side
        return cv2.warpAffine(  # type: ignore[return-value]
            mask.astype(np.float32), self._map(shift=0.5), (side, side), flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT, borderValue=(0,))

    def box(self, box: Box, mask: Mask | None = None) -> Numbers:
        """Return a box of the image in the patch, as ``Patch.box``.

        :param mask: of what is in the box. If it is turned, the box in the patch is that of the
            turned mask; without one, that of the turned ellipse that fills the box
        """
        matrix = self._map()
        if self.degrees and mask is not None:
            corners = _corners(mask, box) @ matrix[:, :2].T + matrix[:, 2]
            low, high = corners.min(axis=0), corners.max(axis=0)
        else:
            center = matrix[:, :2] @ (box.center_x, box.center_y) + matrix[:, 2]
            half = np.hypot(matrix[:, 0] * box.width / 2, matrix[:, 1] * box.height / 2)
            low, high = center - half, center + half
        return np.concatenate([(low + high) / 2, high - low]).astype(np.float32)

    @property
    def expected(self) -> Numbers:
        """Width and height in the patch of what the target was taken to be."""
        box = self.region.to_patch(self.taken)
        return np.array([box.width, box.height], np.float32)

    def _map(self, shift: float = 0.0) -> npt.NDArray[np.float64]:
        """Return the 2×3 matrix that maps points of the image to points of the patch.

        :param shift: coordinates of the middle of the first pixel, in either
        """
        region, side = self.region, self.region.patch_side
        angle = math.radians(self.degrees)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        if self.mirrored:
            turn[0] *= -1
        linear = turn @ np.diag([side / region.width, side / region.height])
        middle = np.array([region.left + region.width / 2, region.top + region.height / 2])
        offset = side / 2 - shift - linear @ (middle - shift)
        return np.column_stack([linear, offset])


def look_at(box: Box, factor: float, mirrored: bool = False) -> Look:
    """Return the patch of the region around a box: that of a template."""
    region = SearchRegion.around(
        box.center_x, box.center_y, *region_size(box, factor), PATCH_SIDE)
    return Look(region, box, factor, 0.0, mirrored)


def look_near(
    random: np.random.Generator, box: Box, factor: float, warping: Warping, *,
    may_turn: bool, mirrored: bool = False,
) -> Look:
    """Return the patch of a region that is off as ``warping`` says.

    :param box: the target, or where it was in the frame before
    :param may_turn: whether the box of the turned target will be known
    """
    side = math.sqrt(box.area)
    scale = math.exp(random.uniform(-warping.scale, warping.scale))
    farthest = warping.reach * (factor - 1) / 2 * side * scale
    taken = Box.from_center(
        box.center_x + random.uniform(-farthest, farthest),
        box.center_y + random.uniform(-farthest, farthest), box.width * scale, box.height * scale)
    stretch = math.exp(random.normal(0.0, warping.aspect) / 2)
    width, height = region_size(taken, factor)
    region = SearchRegion.around(
        taken.center_x, taken.center_y, width * stretch, height / stretch, PATCH_SIDE)
    turned, degrees = random.random(), random.uniform(-warping.degrees, warping.degrees)
    return Look(region, taken, factor, degrees if may_turn and turned < warping.turned else 0.0,
                mirrored)


def _corners(mask: Mask, box: Box) -> npt.NDArray[np.float64]:
    """Return the outermost corners of the pixels that a mask has in a box, n×2.

    Without any, those of the box.
    """
    left, top = max(math.floor(box.x), 0), max(math.floor(box.y), 0)
    inside = mask[top:math.ceil(box.y + box.height), left:math.ceil(box.x + box.width)]
    rows = np.flatnonzero(inside.any(axis=1))
    if not len(rows):
        right, bottom = box.x + box.width, box.y + box.height
        return np.array([(box.x, box.y), (right, box.y), (box.x, bottom), (right, bottom)])
    first = inside[rows].argmax(axis=1) + left
    last = left + inside.shape[1] - inside[rows][:, ::-1].argmax(axis=1)
    rows = rows + top
    return np.concatenate([np.column_stack([columns, rows + below]).astype(np.float64)
                           for columns in (first, last) for below in (0, 1)])

"""Variations of the first frame, so that filters know the target from more than one view."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from rat_tracker.engines.engine import Patches
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image


@dataclass(frozen=True, slots=True)
class Variation:
    """One view: shifted by a fraction of the patch, turned, mirrored, blurred."""

    dy: float = 0.0
    dx: float = 0.0
    degrees: float = 0.0
    mirrored: bool = False
    blur: float = 0.0  # standard deviation, in patch pixels


# The plain view comes first.
VARIATIONS = (
    Variation(),
    Variation(blur=2.0),
    Variation(degrees=10.0),
    Variation(dy=0.12, dx=0.12),
    Variation(dy=0.12, dx=-0.12),
    Variation(dy=-0.12, dx=0.12),
    Variation(dy=-0.12, dx=-0.12),
    Variation(dx=0.24),
    Variation(mirrored=True),
    Variation(blur=4.0),
    Variation(degrees=-10.0),
)


def vary(
    image: Image, box: Box, width: float, height: float, patch_side: int,
) -> tuple[Patches, list[tuple[float, float]]]:
    """Return views of what surrounds a box, and where the box has its centre in each.

    :param width: of what a patch shows, in image pixels
    :param height: of what a patch shows, in image pixels
    :return: S×side×side×3 uint8 patches; (row, column) of the centre, in patch pixels
    """
    center = (box.center_x, box.center_y)
    scale = (patch_side / width, patch_side / height)
    views = [_view(image, center, scale, patch_side, variation) for variation in VARIATIONS]
    centers = [
        ((0.5 + variation.dy) * patch_side, (0.5 + variation.dx) * patch_side)
        for variation in VARIATIONS]
    return np.stack(views), centers


def _view(
    image: Image, center: tuple[float, float], scale: tuple[float, float], side: int,
    variation: Variation,
) -> Image:
    # OpenCV counts from pixel centres, rat_tracker.geometry from pixel edges: hence the halves.
    pivot = np.array(center) - 0.5
    matrix = cv2.getRotationMatrix2D(pivot.tolist(), variation.degrees, 1.0)
    matrix[:, 2] = matrix[:, 2] - pivot
    matrix = matrix * np.array(scale)[:, None]
    # Mirroring comes last and turns a shift around.
    dx = -variation.dx if variation.mirrored else variation.dx
    matrix[0, 2] += (0.5 + dx) * side - 0.5
    matrix[1, 2] += (0.5 + variation.dy) * side - 0.5
    view = cv2.warpAffine(
        image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if variation.mirrored:
        view = cv2.flip(view, 1)
    if variation.blur > 0:
        view = cv2.GaussianBlur(view, (0, 0), variation.blur)
    return view  # type: ignore[return-value]

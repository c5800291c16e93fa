"""Augmentation of the first frame, so that filters know the target from more than one sample."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import Patches


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One sample: shifted by a fraction of the patch, turned, mirrored, blurred."""

    dy: float = 0.0
    dx: float = 0.0
    degrees: float = 0.0
    mirrored: bool = False
    blur: float = 0.0  # standard deviation, in patch pixels


# The plain sample comes first.
AUGMENTATIONS = (
    Augmentation(),
    Augmentation(blur=2.0),
    Augmentation(degrees=10.0),
    Augmentation(dy=0.12, dx=0.12),
    Augmentation(dy=0.12, dx=-0.12),
    Augmentation(dy=-0.12, dx=0.12),
    Augmentation(dy=-0.12, dx=-0.12),
    Augmentation(dx=0.24),
    Augmentation(mirrored=True),
    Augmentation(blur=4.0),
    Augmentation(degrees=-10.0),
)
# Which of them show the target as it is, at different places.
UPRIGHT = tuple(
    index for index, each in enumerate(AUGMENTATIONS)
    if not (each.degrees or each.mirrored or each.blur))


def augment(
    image: Image, box: Box, width: float, height: float, patch_side: int,
) -> tuple[Patches, list[tuple[float, float]]]:
    """Return samples of what surrounds a box, and where the box has its centre in each.

    :param width: of what a patch shows, in image pixels
    :param height: of what a patch shows, in image pixels
    :return: S×side×side×3 uint8 patches; (row, column) of the centre, in patch pixels
    """
    center = (box.center_x, box.center_y)
    scale = (patch_side / width, patch_side / height)
    samples = [_sample(image, center, scale, patch_side, each) for each in AUGMENTATIONS]
    centers = [((0.5 + each.dy) * patch_side, (0.5 + each.dx) * patch_side)
               for each in AUGMENTATIONS]
    return np.stack(samples), centers


def _sample(
    image: Image, center: tuple[float, float], scale: tuple[float, float], side: int,
    augmentation: Augmentation,
) -> Image:
    # OpenCV counts from pixel centres, rat_tracker.geometry from pixel edges: hence the halves.
    pivot = np.array(center) - 0.5
    matrix = cv2.getRotationMatrix2D(pivot.tolist(), augmentation.degrees, 1.0)
    matrix[:, 2] = matrix[:, 2] - pivot
    matrix = matrix * np.array(scale)[:, None]
    # Mirroring comes last and turns a shift around.
    dx = -augmentation.dx if augmentation.mirrored else augmentation.dx
    matrix[0, 2] += (0.5 + dx) * side - 0.5
    matrix[1, 2] += (0.5 + augmentation.dy) * side - 0.5
    sample = cv2.warpAffine(
        image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if augmentation.mirrored:
        sample = cv2.flip(sample, 1)
    if augmentation.blur > 0:
        sample = cv2.GaussianBlur(sample, (0, 0), augmentation.blur)
    return sample  # type: ignore[return-value]

"""What is put into patches: other backgrounds, objects beside the target, things before it.

Pieces that are made smaller for it are averaged over the area of each new pixel, as a camera that
is farther away does.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Image
from rat_tracker.training.patches import Numbers
from rat_tracker.training.views import View

_TRIES = 8
_TOUCHING = 0.1  # of the target's box that a thing beside it may hide
_SMALLEST = 6  # patch pixels

Coverage = npt.NDArray[np.float32]  # H×W, 0 to 1


def blend(below: Image, above: Image, coverage: Coverage) -> Image:
    """Return one image over another.

    :param below: H×W×3 uint8, like ``above``
    """
    weight = coverage[..., None]
    return np.rint(below + (above.astype(np.float32) - below) * weight).astype(np.uint8)


def piece(view: View, width: int, height: int) -> tuple[Image, Coverage]:
    """Return what a box shows in another size, and which of it is the object.

    Without a mask that is an ellipse with a soft edge.

    :return: height×width×3 uint8, height×width
    """
    rows, columns = view.image.shape[:2]
    left, top = max(round(view.box.x), 0), max(round(view.box.y), 0)
    right = min(max(round(view.box.x + view.box.width), left + 1), columns)
    bottom = min(max(round(view.box.y + view.box.height), top + 1), rows)
    left, top = min(left, right - 1), min(top, bottom - 1)
    part = view.image[top:bottom, left:right]
    way = cv2.INTER_AREA if part.shape[0] > height else cv2.INTER_LINEAR
    pixels = cv2.resize(part, (width, height), interpolation=way)
    if view.mask is None:
        return pixels, _ellipse(width, height)  # type: ignore[return-value]
    mask = view.mask[top:bottom, left:right].astype(np.float32)
    return pixels, cv2.resize(mask, (width, height), interpolation=way)  # type: ignore[return-value]


def rectangle(random: np.random.Generator, image: Image, width: int, height: int) -> Image:
    """Return some part of an image of this shape, height×width×3 uint8."""
    rows, columns = image.shape[:2]
    zoom = random.uniform(0.5, 1.5)
    across = min(max(round(width * zoom), 1), columns)
    down = min(max(round(height * zoom), 1), rows)
    left, top = random.integers(columns - across + 1), random.integers(rows - down + 1)
    return cv2.resize(  # type: ignore[return-value]
        image[top:top + down, left:left + across], (width, height), interpolation=cv2.INTER_AREA)


def put(patch: Image, pixels: Image, coverage: Coverage, left: int, top: int) -> Coverage:
    """Write a piece into a patch, and return which of the patch's pixels it covers.

    :param patch: side×side×3 uint8, changed
    :param left: column of the piece's first pixel; the piece may reach over the edge
    """
    side = len(patch)
    covered = np.zeros((side, side), np.float32)
    height, width = coverage.shape
    first_row, last_row = max(top, 0), min(top + height, side)
    first, last = max(left, 0), min(left + width, side)
    if first_row < last_row and first < last:
        here = slice(first_row, last_row), slice(first, last)
        there = slice(first_row - top, last_row - top), slice(first - left, last - left)
        patch[here] = blend(patch[here], pixels[there], coverage[there])
        covered[here] = coverage[there]
    return covered


def put_beside(
    random: np.random.Generator, patch: Image, box: Numbers, view: View,
) -> Coverage:
    """Paste an object about as large as the target beside it, where there is room for it.

    :param patch: changed
    :param box: of the target, as ``Patch.box``
    :return: what it covers
    """
    side = len(patch)
    target = math.sqrt(box[2] * box[3])
    size = target * math.exp(random.normal(0.0, 0.2))
    shape = math.sqrt(view.box.width / view.box.height)
    width, height = round(size * shape), round(size / shape)
    fits = _SMALLEST <= width <= side and _SMALLEST <= height <= side
    for _ in range(_TRIES if fits else 0):
        left = int(random.integers(-width // 3, side - 2 * width // 3 + 1))
        top = int(random.integers(-height // 3, side - 2 * height // 3 + 1))
        if _hidden(box, left, top, width, height) <= _TOUCHING:
            return put(patch, *piece(view, width, height), left, top)
    return np.zeros((side, side), np.float32)


def put_before(
    random: np.random.Generator, patch: Image, box: Numbers, view: View | None, image: Image,
) -> Coverage:
    """Hide a part of the target behind an object, or behind a rectangle of some image.

    :param patch: changed
    :param box: of the target, as ``Patch.box``
    :param view: cut out of its image if it has a mask; None: a rectangle
    :param image: that a rectangle is taken from
    :return: what it covers
    """
    width, height = (int(np.clip(round(float(edge) * random.uniform(0.25, 0.7)), _SMALLEST, 256))
                     for edge in box[2:])
    if random.random() < 0.3:  # a post or a beam
        if random.random() < 0.5:
            height = int(np.clip(round(1.5 * float(box[3])), _SMALLEST, 256))
        else:
            width = int(np.clip(round(1.5 * float(box[2])), _SMALLEST, 256))
    center = box[:2] + box[2:] * random.uniform(-0.5, 0.5, 2)
    left, top = round(float(center[0]) - width / 2), round(float(center[1]) - height / 2)
    if view is not None and view.mask is not None:
        return put(patch, *piece(view, width, height), left, top)
    pixels = rectangle(random, image, width, height)
    return put(patch, pixels, np.ones((height, width), np.float32), left, top)


def _hidden(box: Numbers, left: int, top: int, width: int, height: int) -> float:
    """Return the part of a box that a rectangle covers."""
    across = min(box[0] + box[2] / 2, left + width) - max(box[0] - box[2] / 2, left)
    down = min(box[1] + box[3] / 2, top + height) - max(box[1] - box[3] / 2, top)
    return float(max(across, 0.0) * max(down, 0.0) / (box[2] * box[3]))


def _ellipse(width: int, height: int) -> Coverage:
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    y = (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1
    return np.clip((1 - np.hypot(x, y[:, None])) * 6, 0, 1).astype(np.float32)

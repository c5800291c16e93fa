"""Small pictures of a frame with the true box and the tracker's.

The true box is yellow and dashed, the tracker's sky blue and whole, both with a dark rim: Okabe
and Ito's colours, which people with any common colour blindness tell apart, and lines that differ.
"""

from __future__ import annotations

from itertools import pairwise
import math

import cv2
import numpy as np

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

_WIDTH, _HEIGHT = 240, 180  # pixels, at most
_MARGIN = 0.6  # around the boxes, of the side of a square as large as the mean box
_QUALITY = 75  # of JPEG
_TRUE_COLOR = (66, 228, 240)  # blue, green, red
_TRACKER_COLOR = (233, 180, 86)
_RIM_COLOR = (0, 0, 0)
_DASH, _GAP = 6, 5  # pixels
_OUTSIDE = 9  # pixels beyond the edge, where no line is seen

Point = tuple[int, int]  # x, y


def view_of(boxes: Boxes, image_size: tuple[int, int]) -> Box:
    """Return the part of the image, of its shape, that shows all boxes and something around them.

    :param boxes: n×4 image pixels; rows that are no box do not count
    :param image_size: width and height in pixels
    """
    width, height = image_size
    boxes = boxes[shows_target(boxes)]
    if not len(boxes):
        return Box(0, 0, width, height)
    margin = _MARGIN * float(np.sqrt(boxes[:, 2:].prod(axis=1)).mean())
    start = np.clip(boxes[:, :2].min(axis=0) - margin, 0, image_size)
    stop = np.clip((boxes[:, :2] + boxes[:, 2:]).max(axis=0) + margin, 0, image_size)
    # Not more than four times enlarged, and not more than there is.
    least = min(max(_WIDTH / width, _HEIGHT / height) / 4, 1.0)
    part = min(max(*((stop - start) / image_size), least), 1.0)
    size = np.array(image_size) * part
    left, top = np.clip((start + stop - size) / 2, 0, np.array(image_size) - size)
    return Box(float(left), float(top), float(size[0]), float(size[1]))


def draw_frame(image: Image, view: Box, true_box: Box | None, box: Box | None) -> Image:
    """Return what the view shows of an image, small, with the boxes on it.

    :param true_box: None where there is none
    :param box: the tracker's; None where it is not finite or has no area
    """
    left, top = math.floor(view.x), math.floor(view.y)
    part = image[top:math.ceil(view.y + view.height), left:math.ceil(view.x + view.width)]
    rows, columns = part.shape[:2]
    scale = min(_WIDTH / columns, _HEIGHT / rows)
    size = max(round(columns * scale), 1), max(round(rows * scale), 1)
    picture = cv2.resize(
        part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    boxes = [(true_box, _TRUE_COLOR, True), (box, _TRACKER_COLOR, False)]
    outlines = [(_corners(each, Box(left, top, columns, rows), size), color, dashed)
                for each, color, dashed in boxes if each is not None]
    for corners, _, _ in outlines:
        cv2.polylines(picture, [np.array(corners)], True, _RIM_COLOR, 4)
    # The dashed line comes last: where the boxes agree, both are seen.
    for corners, color, dashed in reversed(outlines):
        for first, second in _strokes(corners, dashed):
            cv2.line(picture, first, second, color, 2)
    return picture  # type: ignore[return-value]


def encoded(picture: Image) -> bytes:
    """Return the picture as a JPEG file."""
    _, data = cv2.imencode('.jpg', picture, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return data.tobytes()


def _corners(box: Box, part: Box, size: tuple[int, int]) -> list[Point]:
    """Return where a box's corners are in the picture; what lies far outside is moved nearer."""
    def point(x: float, y: float) -> Point:
        across = (x - part.x) / part.width * size[0]
        down = (y - part.y) / part.height * size[1]
        return (round(min(max(across, -_OUTSIDE), size[0] + _OUTSIDE)),
                round(min(max(down, -_OUTSIDE), size[1] + _OUTSIDE)))
    right, bottom = box.x + box.width, box.y + box.height
    return [point(box.x, box.y), point(right, box.y), point(right, bottom), point(box.x, bottom)]


def _strokes(corners: list[Point], dashed: bool) -> list[tuple[Point, Point]]:
    sides = list(pairwise([*corners, corners[0]]))
    if not dashed:
        return sides
    strokes = []
    for start, end in sides:
        length = math.dist(start, end)
        # Both ends of a side are drawn, so that the corners are whole.
        dashes = max(round((length + _GAP) / (_DASH + _GAP)), 1)
        period = (length + _GAP) / dashes
        for dash in range(dashes):
            begin = dash * period
            strokes.append((_between(start, end, begin / max(length, 1)),
                            _between(start, end, (begin + period - _GAP) / max(length, 1))))
    return strokes


def _between(start: Point, end: Point, part: float) -> Point:
    return (round(start[0] + part * (end[0] - start[0])),
            round(start[1] + part * (end[1] - start[1])))

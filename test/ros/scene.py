"""Images whose content is known exactly: coloured spots on a dark, textured ground."""

from __future__ import annotations

import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

WIDTH, HEIGHT = 320, 240
RED, GREEN = (0, 0, 255), (0, 255, 0)
_SIDE = 24


def ground(width: int = WIDTH, height: int = HEIGHT) -> Image:
    """Return the ground, darker than any spot."""
    texture = np.random.default_rng(7).integers(0, 40, (height // 8, width // 8, 3), np.uint8)
    return texture.repeat(8, axis=0).repeat(8, axis=1)


def red_box(index: int) -> Box:
    """Return where the red spot is in an image: it moves right, four pixels at a time."""
    return Box(20 + 4 * (index % 60), 60, _SIDE, _SIDE)


def green_box(index: int) -> Box:
    """Return where the green spot is in an image: it moves left, four pixels at a time."""
    return Box(270 - 4 * (index % 60), 160, _SIDE, _SIDE)


def picture(index: int, *, red: bool = True, green: bool = True) -> Image:
    """Return the image of this number; either spot may be hidden."""
    image = ground()
    for shown, color, box in ((red, RED, red_box(index)), (green, GREEN, green_box(index))):
        if shown:
            x, y = int(box.x), int(box.y)
            image[y:y + _SIDE, x:x + _SIDE] = color
    return image

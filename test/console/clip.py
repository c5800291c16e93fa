"""A clip whose truth is known: an orange square that moves over a textured ground."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

WIDTH, HEIGHT = 640, 360
RATE = 20  # images per second
SIDE = 64
ORANGE = (30, 120, 250)  # blue, green, red
START = 1_700_000_000_000_000_000  # stamp of image 0, in nanoseconds
_GROUND = cv2.resize(
    np.random.default_rng(3).integers(40, 110, (12, 20, 3), np.uint8), (WIDTH, HEIGHT),
    interpolation=cv2.INTER_CUBIC)


def target_box(index: int) -> Box:
    """Return where the square is in an image: it goes round once in 12 seconds."""
    angle = 2 * math.pi * index / (12 * RATE)
    return Box(round(288 + 200 * math.sin(angle)), round(148 + 80 * math.cos(angle)), SIDE, SIDE)


def picture(index: int) -> Image:
    """Return the image of this number."""
    image = np.array(_GROUND, np.uint8)
    box = target_box(index)
    x, y = int(box.x), int(box.y)
    cv2.rectangle(image, (x, y), (x + SIDE - 1, y + SIDE - 1), ORANGE, cv2.FILLED)
    cv2.circle(image, (x + SIDE // 2, y + SIDE // 2), SIDE // 4, (250, 240, 60), cv2.FILLED)
    return image


def attention(index: int) -> npt.NDArray[np.uint8]:
    """Return a light around the square."""
    box = target_box(index)
    y, x = np.mgrid[:HEIGHT:4, :WIDTH:4]
    light = np.exp(-((x - box.center_x) ** 2 + (y - box.center_y) ** 2) / (2 * SIDE ** 2))
    shown = np.empty(light.shape, np.uint8)
    shown[:] = 255 * light
    return shown


def stamp(index: int) -> str:
    """Return the stamp of an image."""
    return str(START + index * 1_000_000_000 // RATE)


def index_of(stamp: str) -> int:
    """Return the number of the image of this stamp."""
    return round((int(stamp) - START) * RATE / 1_000_000_000)


def jpeg(image: npt.NDArray[np.uint8]) -> bytes:
    """Return an image as JPEG."""
    return cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()

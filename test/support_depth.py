"""Depth images of a person in front of something, whose truth is known."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box

Floats = npt.NDArray[np.float64]

WIDTH, HEIGHT = 640, 480
FOCAL = 525.0  # pixels
BOX = Box(250, 100, 140, 320)
_RELIEF = 0.12  # metres between a person's front and side
_STEREO = 0.003  # standard deviation of depth per square metre: 0.1 pixels of 640 × 0.05 m
_CAMERA_HEIGHT = 1.2  # metres


def person(box: Box = BOX) -> npt.NDArray[np.bool_]:
    """Return the silhouette of a person who stands in a box: head, body, two legs."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(box.x + x * box.width), round(box.y + y * box.height)
    cv2.ellipse(mask, at(0.5, 0.09), (round(0.17 * box.width), round(0.09 * box.height)),
                0, 0, 360, 1, -1)
    cv2.ellipse(mask, at(0.5, 0.38), (round(0.34 * box.width), round(0.24 * box.height)),
                0, 0, 360, 1, -1)
    for left in (0.22, 0.54):
        cv2.rectangle(mask, at(left, 0.5), at(left + 0.24, 1.0), 1, -1)
    return mask > 0


def wall(z: float) -> Floats:
    """Return a wall across the whole image."""
    return np.full((HEIGHT, WIDTH), z)


def with_floor(scene: Floats) -> Floats:
    """Put a level floor into a scene, in front of whatever is farther away."""
    below = np.arange(HEIGHT)[:, None] + 0.5 - HEIGHT / 2
    with np.errstate(divide='ignore'):
        floor = np.where(below > 0, FOCAL * _CAMERA_HEIGHT / below, np.inf)
    return np.minimum(scene, floor)


def with_person(scene: Floats, z: float, box: Box = BOX) -> Floats:
    """Put a person of some roundness into a scene; the median of what is seen is ``z``."""
    mask = person(box)
    across = (np.arange(WIDTH)[None, :] + 0.5 - box.center_x) / (box.width / 2)
    relief = np.broadcast_to(_RELIEF * np.abs(across), mask.shape)
    surface = z + relief - np.median(relief[mask])
    return np.where(mask, surface, scene)


def with_pole(scene: Floats, z: float, share: float, box: Box = BOX) -> Floats:
    """Put an upright pole in front of the middle of a box, as wide as a share of it."""
    result = scene.copy()
    left = box.center_x - share * box.width / 2
    result[:, round(left):round(left + share * box.width)] = z
    return result


def seen(scene: Floats, holes: float = 0.0, seed: int = 0) -> Floats:
    """Return what a stereo camera makes of a scene: noise, and holes, which are zero."""
    random = np.random.default_rng(seed)
    noisy = scene + random.normal(size=scene.shape) * _STEREO * scene * scene
    return np.where(random.random(scene.shape) < holes, 0.0, noisy)


def as_millimetres(scene: Floats) -> npt.NDArray[np.uint16]:
    """Return a scene as 16UC1."""
    return np.clip(np.round(scene * 1000), 0, 65535).astype(np.uint16)

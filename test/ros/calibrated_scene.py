"""What a camera in front of the scene sees: its calibration, directions, places and depth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from ros import scene

from rat_tracker.geometry import Box

FOCAL = 300.0  # pixels
WALL, NEAR = 5.0, 2.0  # metres
K = (FOCAL, 0.0, scene.WIDTH / 2 - 0.5, 0.0, FOCAL, scene.HEIGHT / 2 - 0.5, 0.0, 0.0, 1.0)


def direction(box: Box) -> tuple[float, float, float]:
    """Return the unit vector towards a box's centre."""
    ray = np.array([(box.center_x - scene.WIDTH / 2) / FOCAL,
                    (box.center_y - scene.HEIGHT / 2) / FOCAL, 1.0])
    x, y, z = ray / np.linalg.norm(ray)
    return float(x), float(y), float(z)


def place(box: Box, z: float) -> tuple[float, float, float]:
    """Return where a box's centre is at this depth, metres."""
    x, y, along = direction(box)
    return x / along * z, y / along * z, z


def depth_picture(index: int, z: float = NEAR) -> npt.NDArray[np.uint16]:
    """Return the depth of the scene in millimetres: a wall, and the red spot before it."""
    depth = np.full((scene.HEIGHT, scene.WIDTH), round(WALL * 1000), np.uint16)
    box = scene.red_box(index)
    x, y = int(box.x), int(box.y)
    depth[y:y + int(box.height), x:x + int(box.width)] = round(z * 1000)
    return depth

"""The target in one image, as far as its position is concerned."""

from __future__ import annotations

from dataclasses import dataclass

from std_msgs.msg import Header

from rat_tracker.camera_model import CameraModel
from rat_tracker.camera_model import Floats
from rat_tracker.geometry import Box
from rat_tracker.target import State


@dataclass(frozen=True, slots=True, eq=False)
class SeenTarget:
    """What is kept of an answer while it waits for its depth: not the image."""

    header: Header
    image_size: tuple[int, int]  # width, height
    id: str
    state: State
    score: float
    box: Box
    model: CameraModel
    ray: Floats  # unit vector towards the box's centre, in the optical frame
    cut_out: bool = False  # the box began as one that was made around a point

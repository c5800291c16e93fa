"""The target in one image, as far as its position is concerned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.position.back_projection import bearing
from rat_tracker.position.camera_model import CameraModel
from rat_tracker.position.camera_model import Floats
from rat_tracker.target import TargetEstimate


@dataclass(frozen=True, slots=True, eq=False)
class SeenTarget:
    """What is kept of a result while it waits for its depth: not the image."""

    header: Any  # of the image
    stamp: int   # nanoseconds; 0 where the image has none
    image_size: tuple[int, int]  # width, height
    id: str
    estimate: TargetEstimate
    model: CameraModel
    ray: Floats  # unit vector towards the box's centre, in the optical frame
    segmented: bool = False  # the box began as one that was made around a point
    recorded: int = 0      # when its image was, nanoseconds, where that is out of a bag


def seen_target(result: TrackingResult, model: CameraModel, recorded: int = 0) -> SeenTarget:
    """Return the target of an image that this camera took.

    :param recorded: see ``SeenTarget``
    :raises ValueError: the lens shows nothing at the box's centre
    """
    height, width = result.image.shape[:2]
    return SeenTarget(
        result.frame.message.header, result.frame.stamp, (width, height), result.id,
        result.estimate, model, bearing(model, result.estimate.box),
        result.selection is not None and result.selection.segmented, recorded)

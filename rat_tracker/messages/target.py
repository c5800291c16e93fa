"""Write results as ROS messages of any library that takes a message's fields by their names.

Every field is given, so that no library's idea of a default counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.pipeline.frame import NANOSECONDS
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.target import State

Create = Callable[..., Any]

# Messages that a topic keeps for its listeners (QoS): they are small, and a recorder wants every
# one, though it stands still for some seconds.
HISTORY_DEPTH = 100


@dataclass(frozen=True, slots=True)
class TargetTypes:
    """The messages that ``rat_tracker/Target`` consists of, but for its header."""

    target: Create
    box: Create
    time: Create
    duration: Create


@dataclass(frozen=True, slots=True)
class DetectionTypes:
    """The messages that ``vision_msgs/Detection2DArray`` consists of, but for its header."""

    detections: Create
    detection: Create
    bounding_box: Create
    center: Create
    position: Create
    result: Create
    hypothesis: Create
    pose_with_covariance: Create
    pose: Create
    point: Create
    quaternion: Create


def write_time(value: int, types: TargetTypes) -> Any:
    """Return a number of nanoseconds as a stamp."""
    return types.time(sec=value // NANOSECONDS, nanosec=value % NANOSECONDS)


def write_box(box: Box, types: TargetTypes) -> Any:
    """Return a box's message."""
    # rclpy aborts the process on a number that is not Python's own float.
    x, y, width, height = (float(value) for value in box.values)
    return types.box(x=x, y=y, width=width, height=height)


def write_target(result: TrackingResult, header: Any, types: TargetTypes) -> Any:
    """Write what is known about the target in one image."""
    estimate = result.estimate
    return types.target(
        header=header, id=result.id, state=int(estimate.state),
        score=float(estimate.score), box=write_box(estimate.box, types),
        age=types.duration(sec=result.age // NANOSECONDS, nanosec=result.age % NANOSECONDS),
        last_seen=write_time(result.last_seen, types), reason=estimate.reason)


def write_detections(
    result: TrackingResult, header: Any, class_id: str, types: DetectionTypes,
) -> Any:
    """Write the target as an array of one detection, empty while it is not seen."""
    found, estimate = [], result.estimate
    if estimate.state in (State.TRACKING, State.UNCERTAIN):
        found.append(types.detection(
            header=header, results=[_result(result, class_id, types)],
            bbox=types.bounding_box(
                center=types.center(
                    position=types.position(
                        x=float(estimate.box.center_x), y=float(estimate.box.center_y)),
                    theta=0.0),
                size_x=float(estimate.box.width), size_y=float(estimate.box.height)),
            id=result.id))
    return types.detections(header=header, detections=found)


def _result(result: TrackingResult, class_id: str, types: DetectionTypes) -> Any:
    return types.result(
        hypothesis=types.hypothesis(class_id=class_id, score=float(result.estimate.score)),
        pose=types.pose_with_covariance(  # an image knows of none
            pose=types.pose(
                position=types.point(x=0.0, y=0.0, z=0.0),
                orientation=types.quaternion(x=0.0, y=0.0, z=0.0, w=1.0)),
            covariance=np.zeros(36)))

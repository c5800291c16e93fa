"""Write results as ``rat_tracker/Target`` and ``vision_msgs/Detection2DArray``.

Every field is given, so that no library's idea of a default counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.target import State

# From the name of a type, as 'geometry_msgs/msg/Point', to its class, which takes all fields by
# name: the classes of rclpy and of rosbags both do.
Types = Callable[[str], Callable[..., Any]]

TARGET = 'rat_tracker/msg/Target'
BOX = 'rat_tracker/msg/Box'
DETECTIONS = 'vision_msgs/msg/Detection2DArray'

# Messages that a topic keeps for its listeners (QoS): they are small, and a recorder wants every
# one, though it stands still for some seconds.
HISTORY_DEPTH = 100


def write_time(value: int, types: Types) -> Any:
    """Return a number of nanoseconds as a stamp."""
    return types('builtin_interfaces/msg/Time')(
        sec=value // NANOSECONDS, nanosec=value % NANOSECONDS)


def write_box(box: Box, types: Types) -> Any:
    """Return a box's message."""
    # rclpy aborts the process on a number that is not Python's own float.
    x, y, width, height = (float(value) for value in box.values)
    return types(BOX)(x=x, y=y, width=width, height=height)


def write_target(result: TrackingResult, types: Types) -> Any:
    """Write what is known of the target in one image, under the image's header."""
    estimate = result.estimate
    age = types('builtin_interfaces/msg/Duration')(
        sec=result.age // NANOSECONDS, nanosec=result.age % NANOSECONDS)
    return types(TARGET)(
        header=result.frame.message.header, id=result.id, state=int(estimate.state),
        score=float(estimate.score), box=write_box(estimate.box, types), age=age,
        last_seen=write_time(result.last_seen, types), reason=estimate.reason)


def write_detections(result: TrackingResult, class_id: str, types: Types) -> Any:
    """Write the target as an array of one detection, empty while it is not seen.

    :param class_id: what the target is to be called
    """
    header, box = result.frame.message.header, result.estimate.box
    detections = []
    if result.estimate.state in (State.TRACKING, State.UNCERTAIN):
        center = types('vision_msgs/msg/Pose2D')(
            position=types('vision_msgs/msg/Point2D')(
                x=float(box.center_x), y=float(box.center_y)),
            theta=0.0)
        detections.append(types('vision_msgs/msg/Detection2D')(
            header=header, results=[_hypothesis(result, class_id, types)],
            bbox=types('vision_msgs/msg/BoundingBox2D')(
                center=center, size_x=float(box.width), size_y=float(box.height)),
            id=result.id))
    return types(DETECTIONS)(header=header, detections=detections)


def _hypothesis(result: TrackingResult, class_id: str, types: Types) -> Any:
    pose = types('geometry_msgs/msg/Pose')(  # an image knows of none
        position=types('geometry_msgs/msg/Point')(x=0.0, y=0.0, z=0.0),
        orientation=types('geometry_msgs/msg/Quaternion')(x=0.0, y=0.0, z=0.0, w=1.0))
    return types('vision_msgs/msg/ObjectHypothesisWithPose')(
        hypothesis=types('vision_msgs/msg/ObjectHypothesis')(
            class_id=class_id, score=float(result.estimate.score)),
        pose=types('geometry_msgs/msg/PoseWithCovariance')(pose=pose, covariance=np.zeros(36)))


class StateChanges:
    """Tell which ``rat_tracker/Target`` messages change the state, the id or the reason.

    Reasons that tell a score change with every image; only those of SEARCHING count.
    """

    def __init__(self) -> None:
        self._last: tuple[int, str, str] | None = None

    def is_change(self, message: Any) -> bool:
        """Return whether this message differs from the one before, which it replaces."""
        reason = message.reason if message.state == State.SEARCHING else ''
        last, self._last = self._last, (message.state, message.id, reason)
        return last != self._last

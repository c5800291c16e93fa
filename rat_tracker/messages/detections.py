"""Write the target as ``vision_msgs/Detection2DArray``, as detectors publish what they find."""

from __future__ import annotations

from typing import Any

import numpy as np

from rat_tracker.messages.position import write_uncertain_pose
from rat_tracker.messages.target import Types
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.position.back_projection import Position
from rat_tracker.target import State

DETECTIONS = 'vision_msgs/msg/Detection2DArray'
# What sensor_msgs/Imu.msg agrees on for an estimate that there is not: element 0 is -1.
# vision_msgs and geometry_msgs say nothing about that.
_UNKNOWN = np.array([-1.0] + [0.0] * 35)


def write_detections(
    result: TrackingResult, class_id: str, position: Position | None, types: Types,
) -> Any:
    """Write the target as an array of one detection, empty while it is not seen.

    :param class_id: what the target is to be called
    :param position: where it is, in the camera's optical frame; None where that is not known:
        the pose's covariance says so
    """
    header, box = result.frame.message.header, result.estimate.box
    detections = []
    if result.estimate.state in (State.TRACKING, State.UNCERTAIN):
        center = types('vision_msgs/msg/Pose2D')(
            position=types('vision_msgs/msg/Point2D')(
                x=float(box.center_x), y=float(box.center_y)),
            theta=0.0)
        hypothesis = types('vision_msgs/msg/ObjectHypothesis')(
            class_id=class_id, score=float(result.estimate.score))
        detections.append(types('vision_msgs/msg/Detection2D')(
            header=header, id=result.id,
            results=[types('vision_msgs/msg/ObjectHypothesisWithPose')(
                hypothesis=hypothesis, pose=_pose(position, types))],
            bbox=types('vision_msgs/msg/BoundingBox2D')(
                center=center, size_x=float(box.width), size_y=float(box.height))))
    return types(DETECTIONS)(header=header, detections=detections)


def _pose(position: Position | None, types: Types) -> Any:
    if position is not None:
        return write_uncertain_pose(position, types)
    return types('geometry_msgs/msg/PoseWithCovariance')(
        covariance=_UNKNOWN.copy(), pose=types('geometry_msgs/msg/Pose')(
            position=types('geometry_msgs/msg/Point')(x=0.0, y=0.0, z=0.0),
            orientation=types('geometry_msgs/msg/Quaternion')(x=0.0, y=0.0, z=0.0, w=1.0)))

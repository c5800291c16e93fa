"""Write answers as ROS messages, and read boxes from them."""

from __future__ import annotations

import math
from typing import Any

from builtin_interfaces.msg import Duration
from builtin_interfaces.msg import Time
from std_msgs.msg import Header

from rat_tracker.geometry import Box
from rat_tracker.msg import Box as BoxMessage
from rat_tracker.msg import Target as TargetMessage
from rat_tracker.ros.answer import Answer
from rat_tracker.ros.detection_history import Found
from rat_tracker.ros.frame_buffer import NANOSECONDS
from rat_tracker.target import State

try:
    from vision_msgs import msg as vision_msgs
except ImportError:  # it is a package of its own, and not installed everywhere
    vision_msgs = None

Detections: Any = None if vision_msgs is None else vision_msgs.Detection2DArray


def nanoseconds(stamp: Time) -> int:
    """Return a stamp as one number."""
    return int(stamp.sec * NANOSECONDS + stamp.nanosec)


def to_stamp(value: int) -> Time:
    """Return a number of nanoseconds as a stamp."""
    return Time(sec=value // NANOSECONDS, nanosec=value % NANOSECONDS)


def from_box(message: BoxMessage) -> Box:
    """Return a message's box, valid or not."""
    return Box(message.x, message.y, message.width, message.height)


def to_box(box: Box) -> BoxMessage:
    """Return a box's message."""
    # The generated code aborts the process on a number that is not Python's own float.
    x, y, width, height = (float(value) for value in box.values)
    return BoxMessage(x=x, y=y, width=width, height=height)


def to_target(answer: Answer, header: Header) -> TargetMessage:
    """Write what is known about the target in one image."""
    return TargetMessage(
        header=header, id=answer.id, state=int(answer.state), score=float(answer.score),
        box=to_box(answer.box),
        age=Duration(sec=answer.age // NANOSECONDS, nanosec=answer.age % NANOSECONDS),
        last_seen=to_stamp(answer.last_seen), reason=answer.reason)


def to_detections(answer: Answer, header: Header, class_id: str) -> Any:
    """Write the target as a ``vision_msgs/Detection2DArray``, empty while it is not seen."""
    message = Detections(header=header)
    if answer.state in (State.TRACKING, State.UNCERTAIN):
        detection = vision_msgs.Detection2D(header=header, id=answer.id)
        detection.bbox.center.position.x = float(answer.box.center_x)
        detection.bbox.center.position.y = float(answer.box.center_y)
        detection.bbox.size_x = float(answer.box.width)
        detection.bbox.size_y = float(answer.box.height)
        result = vision_msgs.ObjectHypothesisWithPose()
        result.hypothesis.class_id = class_id
        result.hypothesis.score = float(answer.score)
        detection.results.append(result)
        message.detections.append(detection)
    return message


def from_detections(message: Any) -> Found:
    """Read a ``vision_msgs/Detection2DArray``: of a turned box the upright one around it."""
    return Found(
        nanoseconds(message.header.stamp), message.header.frame_id,
        tuple((detection.id, _upright(detection.bbox)) for detection in message.detections))


def _upright(bbox: Any) -> Box:
    theta = bbox.center.theta
    if not math.isfinite(theta):
        return Box(math.nan, math.nan, math.nan, math.nan)  # refused if it is selected
    across, down = abs(math.cos(theta)), abs(math.sin(theta))
    return Box.from_center(
        bbox.center.position.x, bbox.center.position.y,
        bbox.size_x * across + bbox.size_y * down, bbox.size_x * down + bbox.size_y * across)

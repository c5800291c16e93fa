"""ROS messages by the name of their type; write boxes, stamps and images, read detections."""

from __future__ import annotations

from array import array
from functools import cache
from importlib import import_module
import math
from typing import Any

from builtin_interfaces.msg import Time
import numpy as np
import numpy.typing as npt
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.geometry import Box
from rat_tracker.messages.target import write_box
from rat_tracker.messages.target import write_time
from rat_tracker.msg import Box as BoxMessage
from rat_tracker.pipeline.detection_history import DetectionSet
from rat_tracker.stamps import NANOSECONDS

try:
    from vision_msgs.msg import Detection2DArray
except ImportError:  # it is a package of its own, and not installed everywhere
    Detection2DArray = None

Detections: Any = Detection2DArray


@cache
def message_type(name: str) -> Any:
    """Return the class of a type of messages.

    :param name: as ``geometry_msgs/msg/Point``
    :raises ImportError: its package is not installed
    """
    package, _, kind = name.partition('/msg/')
    return getattr(import_module(f'{package}.msg'), kind)


def nanoseconds(stamp: Time) -> int:
    """Return a stamp as one number."""
    return int(stamp.sec * NANOSECONDS + stamp.nanosec)


def to_stamp(value: int) -> Time:
    """Return a number of nanoseconds as a stamp."""
    return write_time(value, message_type)


def from_box(message: BoxMessage) -> Box:
    """Return a message's box, valid or not."""
    return Box(message.x, message.y, message.width, message.height)


def to_box(box: Box) -> BoxMessage:
    """Return a box's message."""
    return write_box(box, message_type)


def from_detections(message: Any) -> DetectionSet:
    """Read a ``vision_msgs/Detection2DArray``: of a turned box the upright one around it."""
    return DetectionSet(
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


def to_image(image: npt.NDArray[np.uint8], encoding: str, header: Header) -> ImageMessage:
    """Return the message of an 8-bit image; it shares the array's memory where it can.

    :param image: H×W for ``mono8``, H×W×3 for ``bgr8``, contiguous or not
    :param encoding: the array's encoding, as ``sensor_msgs`` names it
    """
    pixels = np.ascontiguousarray(image)
    message = ImageMessage(header=header, encoding=encoding)
    message.height, message.width = pixels.shape[:2]
    message.step = pixels.nbytes // pixels.shape[0]
    _set_data(message, pixels)
    return message


def _set_data(message: ImageMessage, pixels: npt.NDArray[np.uint8]) -> None:
    """Hand over the pixels without the copies that the public setter makes.

    Publishing serialises any contiguous buffer of bytes, and does so before it returns.
    """
    if hasattr(message, '_data'):
        message._data = pixels
    else:
        message.data = array('B', pixels.tobytes())

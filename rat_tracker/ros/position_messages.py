"""Write where the target is as ROS messages, all under the image's header."""

from __future__ import annotations

import math
from typing import Any

from geometry_msgs.msg import Point
from geometry_msgs.msg import Pose
from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import PoseWithCovariance
from geometry_msgs.msg import PoseWithCovarianceStamped
from geometry_msgs.msg import Quaternion
from geometry_msgs.msg import Transform
from geometry_msgs.msg import TransformStamped
from geometry_msgs.msg import Vector3
from geometry_msgs.msg import Vector3Stamped
import numpy as np
from std_msgs.msg import Header

from rat_tracker.camera_model import Floats
from rat_tracker.position import facing_away
from rat_tracker.position import Position

try:
    from tf2_msgs import msg as tf2_msgs
except ImportError:  # it is a package of its own, and not installed everywhere
    tf2_msgs = None

# How the target is turned is not known: the variance of an angle that may be any, (2π)² / 12.
_ANY_ANGLE = math.pi ** 2 / 3

TransformArray: Any = None if tf2_msgs is None else tf2_msgs.TFMessage


def to_bearing(header: Header, ray: Floats) -> Vector3Stamped:
    """Write a unit vector."""
    return Vector3Stamped(header=header, vector=_vector(ray))


def to_pose(header: Header, position: Position) -> PoseStamped:
    """Write a place, turned away from the camera."""
    return PoseStamped(header=header, pose=_pose(position))


def to_pose_with_covariance(header: Header, position: Position) -> PoseWithCovarianceStamped:
    """Write a place with its uncertainty."""
    covariance = np.diag([0.0] * 3 + [_ANY_ANGLE] * 3)
    covariance[:3, :3] = position.covariance
    return PoseWithCovarianceStamped(header=header, pose=PoseWithCovariance(
        pose=_pose(position), covariance=covariance.ravel()))


def to_transforms(header: Header, position: Position, frame_id: str) -> Any:
    """Write a place as the transform from the camera's optical frame to the target's frame."""
    return TransformArray(transforms=[TransformStamped(
        header=header, child_frame_id=frame_id, transform=Transform(
            translation=_vector(position.point), rotation=_rotation(position.point)))])


def to_point(place: Floats) -> Point:
    """Write a place."""
    x, y, z = map(float, place)  # the generated code takes Python's own floats alone
    return Point(x=x, y=y, z=z)


def _vector(values: Floats) -> Vector3:
    x, y, z = map(float, values)
    return Vector3(x=x, y=y, z=z)


def _rotation(ray: Floats) -> Quaternion:
    x, y, z, w = facing_away(ray)
    return Quaternion(x=x, y=y, z=z, w=w)


def _pose(position: Position) -> Pose:
    return Pose(position=to_point(position.point), orientation=_rotation(position.point))

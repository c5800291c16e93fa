"""Write where the target is as messages of ``geometry_msgs`` and ``tf2_msgs``.

All are in the camera's optical frame, under the image's header.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rat_tracker.messages.target import Types
from rat_tracker.position.back_projection import facing_away
from rat_tracker.position.back_projection import Position
from rat_tracker.position.camera_model import Floats

BEARING = 'geometry_msgs/msg/Vector3Stamped'
POSE = 'geometry_msgs/msg/PoseStamped'
POSE_WITH_COVARIANCE = 'geometry_msgs/msg/PoseWithCovarianceStamped'
TRANSFORMS = 'tf2_msgs/msg/TFMessage'
_VECTOR = 'geometry_msgs/msg/Vector3'
_POINT = 'geometry_msgs/msg/Point'
# How the target is turned is not known: the variance of an angle that may be any, (2π)² / 12.
_ANY_ANGLE = math.pi ** 2 / 3


def write_bearing(header: Any, ray: Floats, types: Types) -> Any:
    """Write a unit vector."""
    return types(BEARING)(header=header, vector=_write(ray, _VECTOR, types))


def write_pose(header: Any, position: Position, types: Types) -> Any:
    """Write a position, turned away from the camera."""
    return types(POSE)(header=header, pose=_pose(position, types))


def write_pose_with_covariance(header: Any, position: Position, types: Types) -> Any:
    """Write a position with its uncertainty."""
    return types(POSE_WITH_COVARIANCE)(header=header, pose=write_uncertain_pose(position, types))


def write_uncertain_pose(position: Position, types: Types) -> Any:
    """Write a position with its uncertainty, without a header."""
    covariance = np.diag([0.0] * 3 + [_ANY_ANGLE] * 3)
    covariance[:3, :3] = position.covariance
    return types('geometry_msgs/msg/PoseWithCovariance')(
        pose=_pose(position, types), covariance=covariance.ravel())


def write_transforms(header: Any, position: Position, frame_id: str, types: Types) -> Any:
    """Write a position as the transform from the camera's optical frame to the target's frame.

    :param frame_id: the target's frame
    """
    transform = types('geometry_msgs/msg/Transform')(
        translation=_write(position.point, _VECTOR, types),
        rotation=_rotation(position.point, types))
    return types(TRANSFORMS)(transforms=[types('geometry_msgs/msg/TransformStamped')(
        header=header, child_frame_id=frame_id, transform=transform)])


def write_point(point: Floats, types: Types) -> Any:
    """Write x, y and z in metres."""
    return _write(point, _POINT, types)


def _pose(position: Position, types: Types) -> Any:
    return types('geometry_msgs/msg/Pose')(
        position=write_point(position.point, types),
        orientation=_rotation(position.point, types))


def _rotation(ray: Floats, types: Types) -> Any:
    x, y, z, w = facing_away(ray)
    return types('geometry_msgs/msg/Quaternion')(x=x, y=y, z=z, w=w)


def _write(values: Floats, name: str, types: Types) -> Any:
    x, y, z = map(float, values)  # rclpy aborts on a number that is not Python's own float
    return types(name)(x=x, y=y, z=z)

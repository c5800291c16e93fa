"""Write where the target is as ROS messages of any library, all under the image's header."""

from __future__ import annotations

from dataclasses import dataclass
import math
from typing import Any

import numpy as np

from rat_tracker.messages.target import Create
from rat_tracker.position.back_projection import facing_away
from rat_tracker.position.back_projection import Position
from rat_tracker.position.camera_model import Floats

# How the target is turned is not known: the variance of an angle that may be any, (2π)² / 12.
_ANY_ANGLE = math.pi ** 2 / 3


@dataclass(frozen=True, slots=True)
class PositionTypes:
    """The messages of ``geometry_msgs`` that positions consist of, but for their header."""

    vector_stamped: Create
    vector: Create
    pose_stamped: Create
    pose_with_covariance_stamped: Create
    pose_with_covariance: Create
    pose: Create
    point: Create
    quaternion: Create


def write_bearing(header: Any, ray: Floats, types: PositionTypes) -> Any:
    """Write a unit vector."""
    return types.vector_stamped(header=header, vector=write_vector(ray, types))


def write_pose(header: Any, position: Position, types: PositionTypes) -> Any:
    """Write a place, turned away from the camera."""
    return types.pose_stamped(header=header, pose=_pose(position, types))


def write_pose_with_covariance(header: Any, position: Position, types: PositionTypes) -> Any:
    """Write a place with its uncertainty."""
    covariance = np.diag([0.0] * 3 + [_ANY_ANGLE] * 3)
    covariance[:3, :3] = position.covariance
    return types.pose_with_covariance_stamped(header=header, pose=types.pose_with_covariance(
        pose=_pose(position, types), covariance=covariance.ravel()))


def write_vector(values: Floats, types: PositionTypes) -> Any:
    """Write x, y and z."""
    return _write(values, types.vector)


def write_point(place: Floats, types: PositionTypes) -> Any:
    """Write a place."""
    return _write(place, types.point)


def write_rotation(ray: Floats, types: PositionTypes) -> Any:
    """Write how a frame is turned that looks along a ray."""
    x, y, z, w = facing_away(ray)
    return types.quaternion(x=x, y=y, z=z, w=w)


def _pose(position: Position, types: PositionTypes) -> Any:
    return types.pose(position=write_point(position.point, types),
                      orientation=write_rotation(position.point, types))


def _write(values: Floats, create: Create) -> Any:
    x, y, z = map(float, values)  # rclpy aborts on a number that is not Python's own float
    return create(x=x, y=y, z=z)

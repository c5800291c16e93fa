"""Write where the target is as ROS messages, all under the image's header."""

from __future__ import annotations

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
from std_msgs.msg import Header

from rat_tracker.messages.position import PositionTypes
from rat_tracker.messages.position import write_bearing
from rat_tracker.messages.position import write_point
from rat_tracker.messages.position import write_pose
from rat_tracker.messages.position import write_pose_with_covariance
from rat_tracker.messages.position import write_rotation
from rat_tracker.messages.position import write_vector
from rat_tracker.position.back_projection import Position
from rat_tracker.position.camera_model import Floats

try:
    from tf2_msgs import msg as tf2_msgs
except ImportError:  # it is a package of its own, and not installed everywhere
    tf2_msgs = None

TransformArray: Any = None if tf2_msgs is None else tf2_msgs.TFMessage

_TYPES = PositionTypes(
    vector_stamped=Vector3Stamped, vector=Vector3, pose_stamped=PoseStamped,
    pose_with_covariance_stamped=PoseWithCovarianceStamped,
    pose_with_covariance=PoseWithCovariance, pose=Pose, point=Point, quaternion=Quaternion)


def to_bearing(header: Header, ray: Floats) -> Vector3Stamped:
    """Write a unit vector."""
    return write_bearing(header, ray, _TYPES)


def to_pose(header: Header, position: Position) -> PoseStamped:
    """Write a place, turned away from the camera."""
    return write_pose(header, position, _TYPES)


def to_pose_with_covariance(header: Header, position: Position) -> PoseWithCovarianceStamped:
    """Write a place with its uncertainty."""
    return write_pose_with_covariance(header, position, _TYPES)


def to_transforms(header: Header, position: Position, frame_id: str) -> Any:
    """Write a place as the transform from the camera's optical frame to the target's frame."""
    return TransformArray(transforms=[TransformStamped(
        header=header, child_frame_id=frame_id, transform=Transform(
            translation=write_vector(position.point, _TYPES),
            rotation=write_rotation(position.point, _TYPES)))])


def to_point(place: Floats) -> Point:
    """Write a place."""
    return write_point(place, _TYPES)

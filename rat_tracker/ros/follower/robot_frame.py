"""From a message's frame to the robot's: by how the camera is mounted, or by TF."""

from __future__ import annotations

from typing import Any

from rclpy.node import Node
from rclpy.time import Time

from rat_tracker.ros.follower.following import Mounting
from rat_tracker.ros.follower.following import RelativePosition
from rat_tracker.ros.follower.following import Vector
from rat_tracker.ros.follower.reports import Report

try:
    import tf2_ros
except ImportError:  # it is a package of its own, and not installed everywhere
    tf2_ros = None


class RobotFrame:
    """Say where a target is, seen from the robot."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._base_frame = ''
        self._mounting = Mounting()
        self._buffer: Any = None
        self._listener: Any = None

    def apply(self, base_frame: str, mounting: Mounting) -> None:
        """Take over parameters; TF is listened to from the first time that it is wanted."""
        self._base_frame, self._mounting = base_frame, mounting
        if base_frame and tf2_ros is not None and self._listener is None:
            self._buffer = tf2_ros.Buffer(node=self._node)
            self._listener = tf2_ros.TransformListener(self._buffer, self._node)

    def locate(self, seen: Report, *, is_point: bool) -> RelativePosition:
        """Return where the target is.

        :param is_point: whether it is a position, not only a direction
        :raises ValueError: it cannot be transformed, or is nowhere
        """
        make = RelativePosition.of_point if is_point else RelativePosition.of_direction
        if not self._base_frame:
            mounting = self._mounting
            return make(mounting.transform(seen.vector) if is_point
                        else mounting.rotate(seen.vector))
        frame_id = seen.header.frame_id
        if frame_id == self._base_frame:
            return make(seen.vector)
        transform = self._transform(frame_id, seen)
        vector = rotated(transform.rotation, seen.vector)
        if is_point:
            shift = transform.translation
            vector = (vector[0] + shift.x, vector[1] + shift.y, vector[2] + shift.z)
        return make(vector)

    def _transform(self, frame_id: str, seen: Report) -> Any:
        if tf2_ros is None:
            raise ValueError(
                f'base_frame is {self._base_frame!r}, and there is no TF without tf2_ros; '
                'install it (ros-jazzy-tf2-ros-py), or leave base_frame empty')
        if not frame_id:
            raise ValueError('the message names no frame, and base_frame asks for TF; let the '
                             'camera driver set header.frame_id')
        try:
            return self._buffer.lookup_transform(
                self._base_frame, frame_id, Time.from_msg(seen.header.stamp)).transform
        except tf2_ros.TransformException as error:
            raise ValueError(f'there is no transform from {frame_id!r} to base_frame '
                             f'{self._base_frame!r}: {error}') from None


def rotated(rotation: Any, vector: Vector) -> Vector:
    """Return a vector turned by a unit quaternion (``geometry_msgs/Quaternion``)."""
    x, y, z, w = rotation.x, rotation.y, rotation.z, rotation.w
    a, b, c = vector
    # v + 2 q × (q × v + w v), q being the quaternion's vector part
    along, up, side = (y * c - z * b + w * a, z * a - x * c + w * b, x * b - y * a + w * c)
    return (a + 2 * (y * side - z * up), b + 2 * (z * along - x * side),
            c + 2 * (x * up - y * along))

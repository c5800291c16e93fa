"""The topics of bearings and positions; each message is made only if somebody subscribes."""

from __future__ import annotations

from collections.abc import Callable

from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import PoseWithCovarianceStamped
from geometry_msgs.msg import Vector3Stamped
import numpy as np
from rclpy.event_handler import PublisherEventCallbacks
from rclpy.lifecycle import LifecycleNode
from rclpy.publisher import Publisher
from std_msgs.msg import Header
from visualization_msgs.msg import MarkerArray

from rat_tracker.messages.position import TRANSFORMS
from rat_tracker.messages.position import write_bearing
from rat_tracker.messages.position import write_pose
from rat_tracker.messages.position import write_pose_with_covariance
from rat_tracker.messages.position import write_transforms
from rat_tracker.messages.target import HISTORY_DEPTH
from rat_tracker.position.back_projection import Position
from rat_tracker.position.locator import SeenTarget
from rat_tracker.ros.messages import message_type
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.qos import reliable_publisher
from rat_tracker.ros.tracker.markers import no_markers
from rat_tracker.ros.tracker.markers import NOMINAL_RANGE
from rat_tracker.ros.tracker.markers import to_markers

_TRANSFORM_DEPTH = 100  # tf2_ros's own


class PositionPublishers:
    """From ``configure`` to ``cleanup``; the caller sees to it that threads take turns."""

    def __init__(
        self, node: LifecycleNode, publish_tf: bool, subscribers_changed: Callable[[], None],
    ) -> None:
        """Create the topics.

        :param subscribers_changed: called in the executor's thread when a subscription to what
            needs a distance came or went
        """
        self._node = node
        events = PublisherEventCallbacks(matched=lambda _: subscribers_changed())
        self._bearing = reliable_publisher(node, Vector3Stamped, '~/bearing', HISTORY_DEPTH)
        self._pose = reliable_publisher(
            node, PoseStamped, '~/pose', HISTORY_DEPTH, event_callbacks=events)
        self._covariance = reliable_publisher(
            node, PoseWithCovarianceStamped, '~/pose_with_covariance', HISTORY_DEPTH,
            event_callbacks=events)
        self._markers = reliable_publisher(
            node, MarkerArray, '~/markers', HISTORY_DEPTH, event_callbacks=events)
        self._transforms: Publisher | None = None
        if publish_tf:
            self._transforms = reliable_publisher(
                node, message_type(TRANSFORMS), '/tf', _TRANSFORM_DEPTH)
        self.target_frame = ''
        self._shown: Header | None = None  # of the markers that RViz shows
        self._distance = NOMINAL_RANGE     # metres, that they were last drawn at
        self._id = ''                      # of the target that they show

    @property
    def position_wanted(self) -> bool:
        """Whether anything is made of a position, the markers among it."""
        return self.pose_wanted or _is_wanted(self._markers)

    @property
    def pose_wanted(self) -> bool:
        """Whether anything needs a distance."""
        return (self._transforms is not None or _is_wanted(self._pose)
                or _is_wanted(self._covariance))

    @property
    def bearing_wanted(self) -> bool:
        return _is_wanted(self._bearing)

    def publish_bearing(self, target: SeenTarget) -> None:
        """Publish the bearing."""
        if self.bearing_wanted:
            self._bearing.publish(write_bearing(
                target.header, target.ray, message_type))

    def publish_position(self, target: SeenTarget, position: Position) -> None:
        """Publish the position."""
        header = target.header
        if _is_wanted(self._pose):
            self._pose.publish(write_pose(header, position, message_type))
        if _is_wanted(self._covariance):
            self._covariance.publish(write_pose_with_covariance(
                header, position, message_type))
        # Under a zero stamp a transform would be of no time, and tf2 would give it for any.
        if self._transforms is not None and header.frame_id and nanoseconds(header.stamp):
            self._transforms.publish(write_transforms(
                header, position, self.target_frame, message_type))
        self._distance, self._id = float(np.linalg.norm(position.point)), target.id

    def draw(self, target: SeenTarget) -> None:
        """Draw the target at its last published distance, else at a nominal one."""
        if _is_wanted(self._markers):
            if self._id != target.id:
                self._distance, self._id = NOMINAL_RANGE, target.id
            self._markers.publish(to_markers(target, self._distance))
            self._shown = target.header

    def hide(self) -> None:
        """Take the markers away."""
        if self._shown is not None and self._node.context.ok():  # else its topics end with it
            self._markers.publish(no_markers(self._shown))
        self._shown = None

    def close(self) -> None:
        """Give the topics back."""
        self.hide()
        for publisher in (self._bearing, self._pose, self._covariance, self._markers,
                          self._transforms):
            if publisher is not None:
                self._node.destroy_publisher(publisher)


def _is_wanted(publisher: Publisher) -> bool:
    return bool(publisher.get_subscription_count())

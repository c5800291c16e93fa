"""What the node publishes about every image."""

from __future__ import annotations

import threading

from rclpy.lifecycle import LifecycleNode
from rclpy.publisher import Publisher
from rclpy.qos import DurabilityPolicy
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.messages.target import HISTORY_DEPTH
from rat_tracker.msg import Target as TargetMessage
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import to_detections
from rat_tracker.ros.messages import to_target
from rat_tracker.ros.tracker.pictures import Pictures
from rat_tracker.ros.tracker.state_output import StateOutput

_IMAGE_DEPTH = 1
_THROTTLE = 5.0  # seconds between two log lines of one kind


class Outputs:
    """The publishers, from ``configure`` to ``cleanup``; they send only while enabled."""

    def __init__(self, node: LifecycleNode) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._enabled = False
        self._target = self._create(TargetMessage, '~/target', HISTORY_DEPTH)
        self._state = self._create(TargetMessage, '~/state', 1, DurabilityPolicy.TRANSIENT_LOCAL)
        self._states = StateOutput(self._state)
        self._attention = self._create(ImageMessage, '~/attention', _IMAGE_DEPTH)
        self._overlay = self._create(ImageMessage, '~/overlay', _IMAGE_DEPTH)
        self._pictures = Pictures(self._attention, self._overlay, self._report)
        self._detections = None
        if Detections is not None:
            self._detections = self._create(Detections, '~/detections', HISTORY_DEPTH)

    def _create(
        self, kind: type, topic: str, depth: int,
        durability: DurabilityPolicy = DurabilityPolicy.VOLATILE,
    ) -> Publisher:
        profile = QoSProfile(
            history=HistoryPolicy.KEEP_LAST, depth=depth, durability=durability,
            reliability=ReliabilityPolicy.RELIABLE)
        return self._node.create_publisher(
            kind, topic, profile,
            qos_overriding_options=QoSOverridingOptions.with_default_policies())

    def _report(self, error: Exception) -> None:
        self._node.get_logger().error(
            f'a picture could not be published: {error}', throttle_duration_sec=_THROTTLE)

    def enable(self) -> None:
        """Let messages out."""
        with self._lock:
            self._enabled = True
            self._states.rest('no image was answered yet')

    def disable(self) -> None:
        """Publish nothing after this returns, whichever thread tries."""
        with self._lock:
            if self._enabled and self._node.context.ok():  # else it ends, and its topics with it
                self._states.rest('the node is inactive')
            self._enabled = False
        self._pictures.stop()

    def close(self) -> None:
        """Give the topics back."""
        self.disable()
        self._pictures.close()
        for publisher in (
                self._target, self._state, self._attention, self._overlay, self._detections):
            if publisher is not None:
                self._node.destroy_publisher(publisher)

    def publish(self, result: TrackingResult, class_id: str) -> bool:
        """Publish a result under its image's header; pictures only where somebody looks.

        :returns: False, and nothing was published, while disabled
        """
        header: Header = result.frame.message.header
        with self._lock:
            if not self._enabled:
                return False
            message = to_target(result, header)
            self._target.publish(message)
            self._states.publish(message)
            if self._detections is not None:
                self._detections.publish(to_detections(result, header, class_id))
            self._pictures.show(result)
            return True

"""The subscription to a detector, where its messages can be read."""

from __future__ import annotations

from typing import Any

from rclpy.node import Node
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions

from rat_tracker.pipeline.detection_history import DetectionHistory
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import from_detections


class DetectionsInput:
    """Keep what comes on ``detections``; ``history`` is None without vision_msgs."""

    def __init__(self, node: Node, seconds: float) -> None:
        self._node = node
        self.history: DetectionHistory | None = None
        self._subscription: Any = None
        if Detections is not None:
            self.history = DetectionHistory(seconds)
            self._subscription = node.create_subscription(
                Detections, 'detections', self._take,
                QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=10,
                           reliability=ReliabilityPolicy.BEST_EFFORT),
                qos_overriding_options=QoSOverridingOptions.with_default_policies())

    def _take(self, message: Any) -> None:
        if self.history is not None:
            self.history.append(from_detections(message))

    def resize(self, seconds: float) -> None:
        """Change how many seconds are kept."""
        if self.history is not None:
            self.history.resize(seconds)

    def close(self) -> None:
        """Unsubscribe."""
        if self._subscription is not None:
            self._node.destroy_subscription(self._subscription)

"""The subscription to a detector, where its messages can be read."""

from __future__ import annotations

from typing import Any

from rclpy.node import Node

from rat_tracker.pipeline.detection_history import DetectionHistory
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import from_detections
from rat_tracker.ros.qos import newest
from rat_tracker.ros.qos import subscribe

_TOPIC = 'detections'
_DEPTH = 10


class DetectionsInput:
    """Keep what comes on ``detections``; ``history`` is None without vision_msgs."""

    def __init__(self, node: Node, seconds: float) -> None:
        self._node = node
        self.history: DetectionHistory | None = None
        self._subscription: Any = None
        if Detections is not None:
            self.history = DetectionHistory(seconds)
            self._subscription = subscribe(
                node, Detections, _TOPIC, self._on_message, newest(_DEPTH))

    def _on_message(self, message: Any) -> None:
        if self.history is not None:
            self.history.append(from_detections(message))

    def resize(self, seconds: float) -> None:
        """Change how many seconds are kept."""
        if self.history is not None:
            self.history.resize(seconds)

    def clear(self) -> None:
        """Let go of what is kept."""
        if self.history is not None:
            self.history.clear()

    @property
    def inputs(self) -> dict[str, type]:
        """The type of the topic, by its name before it is remapped; empty without vision_msgs."""
        return {} if self._subscription is None else {_TOPIC: Detections}

    def close(self) -> None:
        """Unsubscribe."""
        if self._subscription is not None:
            self._node.destroy_subscription(self._subscription)

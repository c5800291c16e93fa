"""What the node publishes about every image."""

from __future__ import annotations

from collections.abc import Callable
import threading

from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.messages.detections import write_detections
from rat_tracker.messages.target import HISTORY_DEPTH
from rat_tracker.messages.target import StateChanges
from rat_tracker.messages.target import write_target
from rat_tracker.msg import Target as TargetMessage
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.position.back_projection import Position
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import message_type
from rat_tracker.ros.qos import reliable_publisher
from rat_tracker.ros.tracker.pictures import Pictures
from rat_tracker.target import State

_IMAGE_DEPTH = 1
_THROTTLE = 5.0  # seconds between two log lines of one kind


class Outputs:
    """The publishers, from ``configure`` to ``cleanup``; they send only while enabled."""

    def __init__(self, node: LifecycleNode) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._enabled = False
        self._target = reliable_publisher(node, TargetMessage, '~/target', HISTORY_DEPTH)
        self._state = reliable_publisher(node, TargetMessage, '~/state', 1, latched=True)
        self._changes = StateChanges()
        self._attention = reliable_publisher(node, ImageMessage, '~/attention', _IMAGE_DEPTH)
        self._overlay = reliable_publisher(node, ImageMessage, '~/overlay', _IMAGE_DEPTH)
        self._pictures = Pictures(self._attention, self._overlay, self._report)
        self._detections = None
        if Detections is not None:
            self._detections = reliable_publisher(
                node, Detections, '~/detections', HISTORY_DEPTH)

    def _report(self, error: Exception) -> None:
        self._node.get_logger().error(
            f'a picture could not be published: {error}', throttle_duration_sec=_THROTTLE)

    def enable(self) -> None:
        """Let messages out."""
        with self._lock:
            self._enabled = True
            self._publish_idle('no image was processed yet')

    def disable(self) -> None:
        """Publish nothing after this returns, whichever thread tries."""
        with self._lock:
            if self._enabled and self._node.context.ok():  # else it ends, and its topics with it
                self._publish_idle('the node is inactive')
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

    def publish(
        self, result: TrackingResult, class_id: str,
        locate: Callable[[TrackingResult], Position | None],
    ) -> bool:
        """Publish a result under its image's header; pictures only where somebody subscribes.

        :param class_id: what the target is called in detections
        :param locate: tells where the target is, if that is known by now
        :returns: False, and nothing was published, while disabled
        """
        with self._lock:
            if not self._enabled:
                return False
            message = write_target(result, message_type)
            self._target.publish(message)
            self._publish_state(message)
            if self._detections is not None:
                position = locate(result) if self._detections.get_subscription_count() else None
                self._detections.publish(
                    write_detections(result, class_id, position, message_type))
            self._pictures.publish(result)
            return True

    def _publish_state(self, message: TargetMessage) -> None:
        """Publish on the latched topic, which whoever joins late gets, too, what has changed."""
        if self._changes.is_change(message):
            self._state.publish(message)

    def _publish_idle(self, reason: str) -> None:
        """Publish that nothing is tracked, outside of any image."""
        self._publish_state(TargetMessage(state=int(State.SEARCHING), reason=reason))

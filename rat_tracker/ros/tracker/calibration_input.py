"""The subscription to the calibration that is published beside the images."""

from __future__ import annotations

from rclpy.node import Node
from rclpy.qos_overriding_options import QoSOverridingOptions
from sensor_msgs.msg import CameraInfo

from rat_tracker.position.calibration import NewestCalibration
from rat_tracker.ros.qos import newest

_TOPIC = 'camera_info'
_THROTTLE = 5.0  # seconds between two log lines of one kind


class CalibrationInput(NewestCalibration):
    """Subscribe to ``camera_info`` and keep the model of the newest one."""

    def __init__(self, node: Node, images_topic: str, geometry: str) -> None:
        """Subscribe.

        :param images_topic: resolved name, without the image transport's suffix
        :param geometry: what the images are: raw, rectified, or auto, by the topic's name
        """
        super().__init__(
            node.resolve_topic_name(_TOPIC), images_topic, geometry,
            "remap camera_info to the topic beside the camera's images")
        self._node = node
        self._subscription = node.create_subscription(
            CameraInfo, _TOPIC, self._take, newest(),
            qos_overriding_options=QoSOverridingOptions.with_default_policies())

    def close(self) -> None:
        """Unsubscribe."""
        self._node.destroy_subscription(self._subscription)

    def _take(self, message: CameraInfo) -> None:
        if self.take(message):
            self._node.get_logger().info(
                f'{self.topic} changed; the new calibration is used from now on',
                throttle_duration_sec=_THROTTLE)

"""The subscriptions to a camera, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
import time

from rclpy.event_handler import QoSRequestedIncompatibleQoSInfo
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.lifecycle import LifecycleNode
from rclpy.qos import qos_policy_name_from_kind
from rclpy.qos_overriding_options import QoSOverridingOptions
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.ros.qos import newest
from rat_tracker.ros.tracker.calibration_input import CalibrationInput

# What image_transport appends to the name of the raw images, after that was remapped.
_SUFFIXES = {'raw': '', 'compressed': '/compressed'}
_TYPES = {'raw': ImageMessage, 'compressed': CompressedImage}


class CameraInput:
    """Subscribe to a camera's images and calibration from ``activate`` to ``deactivate``."""

    def __init__(
        self, node: LifecycleNode, transport: str, geometry: str,
        take: Callable[[ImageMessage | CompressedImage], None],
    ) -> None:
        self._node = node
        self._incompatible = ''
        self.since = time.monotonic()
        images = node.resolve_topic_name('image_raw')
        # Only the newest image counts: a deeper queue makes a slow tracker answer old ones.
        self._images = node.create_subscription(
            _TYPES[transport], images + _SUFFIXES[transport], take, newest(),
            event_callbacks=SubscriptionEventCallbacks(incompatible_qos=self._mismatch),
            qos_overriding_options=QoSOverridingOptions.with_default_policies())
        self.calibration = CalibrationInput(node, images, geometry)

    def _mismatch(self, event: QoSRequestedIncompatibleQoSInfo) -> None:
        self._incompatible = qos_policy_name_from_kind(event.last_policy_kind)

    @property
    def topic(self) -> str:
        """The images' topic, resolved."""
        return str(self._images.topic_name)

    @property
    def publishers(self) -> int:
        """How many publishers the images' topic has, whether they match or not."""
        return int(self._node.count_publishers(self.topic))

    @property
    def incompatible(self) -> str:
        """The QoS policy by which a publisher did not match; empty if there was none."""
        return self._incompatible

    def close(self) -> None:
        """Unsubscribe."""
        self._node.destroy_subscription(self._images)
        self.calibration.close()

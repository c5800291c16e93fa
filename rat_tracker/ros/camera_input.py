"""The subscriptions to a camera, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
import time

from rclpy.event_handler import QoSRequestedIncompatibleQoSInfo
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.lifecycle import LifecycleNode
from rclpy.qos import HistoryPolicy
from rclpy.qos import qos_policy_name_from_kind
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

# What image_transport appends to the name of the raw images, after that was remapped.
_SUFFIXES = {'raw': '', 'compressed': '/compressed'}
_TYPES = {'raw': ImageMessage, 'compressed': CompressedImage}


class CameraInput:
    """Subscribe to a camera's images and calibration from ``activate`` to ``deactivate``."""

    def __init__(
        self, node: LifecycleNode, transport: str,
        take: Callable[[ImageMessage | CompressedImage], None],
    ) -> None:
        self._node = node
        self._incompatible = ''
        self._camera_info: CameraInfo | None = None
        self.since = time.monotonic()
        # Only the newest image counts: a deeper queue makes a slow tracker answer old ones.
        self._images = node.create_subscription(
            _TYPES[transport], node.resolve_topic_name('image_raw') + _SUFFIXES[transport],
            take, _newest(),
            event_callbacks=SubscriptionEventCallbacks(incompatible_qos=self._mismatch),
            qos_overriding_options=QoSOverridingOptions.with_default_policies())
        self._infos = node.create_subscription(
            CameraInfo, 'camera_info', self._take_info, _newest(),
            qos_overriding_options=QoSOverridingOptions.with_default_policies())

    def _take_info(self, message: CameraInfo) -> None:
        self._camera_info = message

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

    def calibration_fault(self, width: int, height: int, frame_id: str) -> str | None:
        """Return how the calibration contradicts the images; None if it does not, or none came."""
        info = self._camera_info
        if info is None:
            return None
        if (info.width, info.height) != (width, height):
            return (f'{self._infos.topic_name} describes {info.width}x{info.height} images, and '
                    f"those on {self.topic} are {width}x{height}; boxes are in the images' pixels")
        if info.header.frame_id != frame_id:
            return (f'{self._infos.topic_name} is of frame {info.header.frame_id!r}, and the '
                    f'images on {self.topic} are of frame {frame_id!r}')
        return None

    def close(self) -> None:
        """Unsubscribe."""
        self._node.destroy_subscription(self._images)
        self._node.destroy_subscription(self._infos)


def _newest() -> QoSProfile:
    return QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=1,
                      reliability=ReliabilityPolicy.BEST_EFFORT)

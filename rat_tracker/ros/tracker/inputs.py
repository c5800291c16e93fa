"""The subscriptions to a camera's images, calibration and depth, and why none comes.

Of each only the newest message counts: a deeper queue would make a slow tracker work on old ones.
"""

from __future__ import annotations

from collections.abc import Callable
import re
import time
from typing import Any

from rclpy.event_handler import QoSRequestedIncompatibleQoSInfo
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.qos import qos_policy_name_from_kind
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.position.calibration import NewestCalibration
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.qos import newest
from rat_tracker.ros.qos import subscribe
from rat_tracker.ros.topic_types import IMAGE_TYPES
from rat_tracker.ros.topic_types import images_fault
from rat_tracker.ros.topic_types import remap_of
from rat_tracker.ros.topic_types import SUFFIXES
from rat_tracker.ros.topic_types import topics_of
from rat_tracker.ros.topic_types import transport_of
from rat_tracker.ros.topic_types import type_name
from rat_tracker.ros.topic_types import types_on

_TYPES = {'raw': ImageMessage, 'compressed': CompressedImage,
          'compressedDepth': CompressedImage}
_CALIBRATION_TOPIC = 'camera_info'
_BESIDE = "remap camera_info to the topic beside the camera's images"
_REGISTERED = re.compile('align|regist')  # in the names of topics of depth that fits the colours
_SILENT = 1.0  # seconds without a depth image from which they count as missing
_THROTTLE = 5.0  # seconds between two log lines of one kind


class _ImageInput:
    """A subscription that knows how many publishers there are and whether their QoS matches.

    :param on_message: called in the executor's thread
    """

    def __init__(
        self, node: Node, kind: type, topic: str, on_message: Callable[[Any], None],
    ) -> None:
        self._node = node
        self._incompatible = ''
        self._subscription = subscribe(
            node, kind, topic, on_message, newest(),
            event_callbacks=SubscriptionEventCallbacks(incompatible_qos=self._on_mismatch))

    def _on_mismatch(self, event: QoSRequestedIncompatibleQoSInfo) -> None:
        self._incompatible = qos_policy_name_from_kind(event.last_policy_kind)

    @property
    def topic(self) -> str:
        """The topic's resolved name."""
        return str(self._subscription.topic_name)

    @property
    def publishers(self) -> int:
        """How many publishers the topic has, whether they match or not."""
        return int(self._node.count_publishers(self.topic))

    @property
    def incompatible(self) -> str:
        """The QoS policy by which a publisher did not match; empty if there was none."""
        return self._incompatible

    def close(self) -> None:
        """Unsubscribe."""
        self._node.destroy_subscription(self._subscription)


class CameraInput(_ImageInput):
    """A camera's images, and its calibration beside them.

    :param transport: of the images: raw, compressed or compressedDepth
    :param geometry: what the images are: raw, rectified, or auto, by the topic's name
    :param on_image: called in the executor's thread
    """

    def __init__(
        self, node: Node, transport: str, geometry: str,
        on_image: Callable[[ImageMessage | CompressedImage], None],
    ) -> None:
        images = node.resolve_topic_name('image_raw')
        super().__init__(node, _TYPES[transport], images + SUFFIXES[transport], on_image)
        self._kind = type_name(_TYPES[transport])
        if transport != 'raw':  # the compressed images may have been remapped by themselves
            images = transport_of(self.topic, self._kind)[1] or self.topic
        self.since = time.monotonic()
        self.calibration = CalibrationInput(node, images, geometry)

    @property
    def type_fault(self) -> str:
        """Why no image comes, by the types in the graph; empty if they do not tell."""
        return images_fault(self._node, self.topic, self._kind)

    def close(self) -> None:
        """Unsubscribe."""
        super().close()
        self.calibration.close()


class CalibrationInput(NewestCalibration):
    """Keep the model of the newest ``camera_info``.

    :param images_topic: resolved name, without the image transport's suffix
    :param geometry: see ``CameraInput``
    """

    def __init__(self, node: Node, images_topic: str, geometry: str) -> None:
        super().__init__(
            node.resolve_topic_name(_CALIBRATION_TOPIC), images_topic, geometry, _BESIDE)
        self._node = node
        self._subscription = subscribe(
            node, CameraInfo, _CALIBRATION_TOPIC, self._on_message, newest())

    def close(self) -> None:
        """Unsubscribe."""
        self._node.destroy_subscription(self._subscription)

    def find_publishers(self) -> None:
        """Find where calibrations are published, while none came here."""
        if not self.known:
            self.remedy = remap_of(
                self._node, _CALIBRATION_TOPIC, type_name(CameraInfo)) or _BESIDE

    def _on_message(self, message: CameraInfo) -> None:
        if self.push(message):
            self._node.get_logger().info(
                f'{self.topic} changed; the new calibration is used from now on',
                throttle_duration_sec=_THROTTLE)


class DepthInput(_ImageInput):
    """The depth images that have a stamp.

    :param transport: of the depth images: raw, compressed or compressedDepth
    :param on_depth: called in the executor's thread with the stamp in nanoseconds and the message
    """

    def __init__(
        self, node: Node, transport: str,
        on_depth: Callable[[int, ImageMessage | CompressedImage], None],
    ) -> None:
        super().__init__(
            node, _TYPES[transport],
            node.resolve_topic_name('depth/image_raw') + SUFFIXES[transport], self._on_message)
        self._transport = transport
        self._on_depth = on_depth
        self._unstamped = False
        self._last_received = 0.0

    def _on_message(self, message: ImageMessage | CompressedImage) -> None:
        self._last_received = time.monotonic()
        stamp = nanoseconds(message.header.stamp)
        self._unstamped = not stamp
        if stamp:
            self._on_depth(stamp, message)

    @property
    def fault(self) -> str | None:
        """Why no depth image comes that could be used; None if they come."""
        topic = self.topic
        if time.monotonic() - self._last_received <= _SILENT:
            if self._unstamped:
                return (f'the depth images on {topic} have a zero stamp; let the camera driver '
                        'set header.stamp')
            return None
        if type_fault := self._type_fault():
            return type_fault
        if not self.publishers:
            return (f'there is no publisher on {topic}; let the camera publish depth registered '
                    'to colour, and remap depth/image_raw to it')
        if self.incompatible:
            return (f'the QoS of the depth images on {topic} does not match the subscription '
                    f'({self.incompatible}); set qos_overrides.{topic}.subscription')
        return f'no depth image comes on {topic}, although it has a publisher; look at the camera'

    def _type_fault(self) -> str:
        topic, kind = self.topic, type_name(_TYPES[self._transport])
        here = types_on(self._node, topic)
        if kind in here:
            return ''
        found = [(name, its) for name, its in topics_of(self._node, *IMAGE_TYPES)
                 if name == topic or 'depth' in name.lower()]
        said = f'{topic} carries {" and ".join(here)}, and the node takes {kind} there'
        if not found:
            return f'{said}; remap depth/image_raw to a topic of depth images' if here else ''
        found.sort(key=lambda item: (item[0] != topic, not _REGISTERED.search(item[0])))
        transport, images = transport_of(*found[0])
        rule = (f'depth/image_raw:={images}' if images
                else f'depth/image_raw{SUFFIXES[transport]}:={found[0][0]}')
        if not here:
            said = f'there is no publisher on {topic}, and depth may be on {found[0][0]}'
        return f'{said}; start the node with --ros-args -p depth_transport:={transport} -r {rule}'

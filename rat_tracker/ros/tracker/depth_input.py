"""The subscription to the depth images, and what is known when none of them helps."""

from __future__ import annotations

from collections.abc import Callable
import time

from rclpy.event_handler import QoSRequestedIncompatibleQoSInfo
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.qos import qos_policy_name_from_kind
from rclpy.qos_overriding_options import QoSOverridingOptions
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.qos import newest

_SILENT = 1.0  # seconds without a depth image from which they count as missing


class DepthInput:
    """Hand on every depth image that has a stamp."""

    def __init__(self, node: Node, take: Callable[[int, ImageMessage], None]) -> None:
        """Subscribe.

        :param take: called in the executor's thread with the stamp in nanoseconds and the message
        """
        self._node = node
        self._hand_on = take
        self._incompatible = ''
        self._unstamped = False
        self._last_received = 0.0
        self._subscription = node.create_subscription(
            ImageMessage, 'depth/image_raw', self._take, newest(),
            event_callbacks=SubscriptionEventCallbacks(incompatible_qos=self._mismatch),
            qos_overriding_options=QoSOverridingOptions.with_default_policies())

    def _take(self, message: ImageMessage) -> None:
        self._last_received = time.monotonic()
        stamp = nanoseconds(message.header.stamp)
        self._unstamped = not stamp
        if stamp:
            self._hand_on(stamp, message)

    def _mismatch(self, event: QoSRequestedIncompatibleQoSInfo) -> None:
        self._incompatible = qos_policy_name_from_kind(event.last_policy_kind)

    @property
    def fault(self) -> str | None:
        """Why no depth image comes that could be used; None if they come."""
        topic = str(self._subscription.topic_name)
        if time.monotonic() - self._last_received <= _SILENT:
            if self._unstamped:
                return (f'the depth images on {topic} have a zero stamp; let the camera driver '
                        'set header.stamp')
            return None
        publishers = self._node.count_publishers(topic)
        if not publishers:
            return (f'there is no publisher on {topic}; let the camera publish depth registered '
                    'to colour, and remap depth/image_raw to it')
        if self._incompatible:
            return (f'the QoS of the depth images on {topic} does not match the subscription '
                    f'({self._incompatible}); set qos_overrides.{topic}.subscription')
        return f'no depth image comes on {topic}, although it has a publisher; look at the camera'

    def close(self) -> None:
        """Unsubscribe."""
        self._node.destroy_subscription(self._subscription)

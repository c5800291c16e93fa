"""The topics of a camera, as its driver has them.

The calibration is not known, and ``camera_info`` says so: its matrices are zero, which
``sensor_msgs`` defines as "uncalibrated".
"""

from __future__ import annotations

from array import array

from rclpy.duration import Duration
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.ros.messages import to_image
from rat_tracker.ros.player.frames import ClipFrame

_LAST_WORDS = Duration(seconds=5)  # for reliable subscribers, busy ones too, to get the last frame


class CameraOutput:
    """Publish images raw and compressed, each only while somebody subscribes, and their size."""

    def __init__(self, node: Node) -> None:
        self._image = camera_publisher(node, ImageMessage, 'image_raw')
        self._compressed = camera_publisher(node, CompressedImage, 'image_raw/compressed')
        self._camera_info = camera_publisher(node, CameraInfo, 'camera_info')

    @property
    def subscribers(self) -> int:
        """How many subscribe to the images, of either kind."""
        return int(self._image.get_subscription_count()
                   + self._compressed.get_subscription_count())

    def send(self, frame: ClipFrame, header: Header) -> None:
        """Publish one frame; all its messages have this header."""
        if self._image.get_subscription_count():
            self._image.publish(to_image(frame.image, 'bgr8', header))
        height, width = frame.image.shape[:2]
        self._camera_info.publish(CameraInfo(header=header, width=width, height=height))
        if self._compressed.get_subscription_count():
            self._compressed.publish(_compressed(frame, header))

    def flush(self) -> None:
        """Wait until reliable subscribers have what was sent."""
        for publisher in (self._image, self._compressed, self._camera_info):
            publisher.wait_for_all_acked(_LAST_WORDS)


def camera_publisher(node: Node, kind: type, topic: str) -> Publisher:
    """Return a publisher as cameras have it: one frame deep, reliable for who wants that."""
    profile = QoSProfile(
        history=HistoryPolicy.KEEP_LAST, depth=1, reliability=ReliabilityPolicy.RELIABLE)
    return node.create_publisher(
        kind, topic, profile,
        qos_overriding_options=QoSOverridingOptions.with_default_policies())


def _compressed(frame: ClipFrame, header: Header) -> CompressedImage:
    # The format is written as image_transport's plugin does.
    return CompressedImage(
        header=header, format='bgr8; jpeg compressed bgr8', data=array('B', frame.compressed()))

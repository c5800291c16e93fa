"""The topics of a camera, as its driver has them.

The calibration is not known, and ``camera_info`` says so: its matrices are zero, which
``sensor_msgs`` defines as "uncalibrated".
"""

from __future__ import annotations

from array import array

from rclpy.duration import Duration
from rclpy.node import Node
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.ros.messages import to_image
from rat_tracker.ros.player.frames import ClipFrame
from rat_tracker.ros.qos import reliable_publisher

_LAST_WORDS = Duration(seconds=5)  # for reliable subscribers, busy ones too, to get the last frame


class CameraOutput:
    """Publish images raw and compressed, each only while somebody subscribes, and their size.

    As cameras have it: one frame deep, reliable for who wants that.
    """

    def __init__(self, node: Node) -> None:
        self._image = reliable_publisher(node, ImageMessage, 'image_raw', 1)
        self._compressed = reliable_publisher(node, CompressedImage, 'image_raw/compressed', 1)
        self._camera_info = reliable_publisher(node, CameraInfo, 'camera_info', 1)

    @property
    def subscribers(self) -> int:
        """How many subscribe to the images, of either kind."""
        return int(self._image.get_subscription_count()
                   + self._compressed.get_subscription_count())

    def publish(self, frame: ClipFrame, header: Header) -> None:
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


def _compressed(frame: ClipFrame, header: Header) -> CompressedImage:
    # The format is written as image_transport's plugin does.
    return CompressedImage(
        header=header, format='bgr8; jpeg compressed bgr8', data=array('B', frame.compressed()))

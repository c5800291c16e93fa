"""A camera's driver, best effort as most are."""

from __future__ import annotations

import numpy as np
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.ros.messages import to_image

_PERIOD = 0.05  # seconds


class PlainCamera(Node):
    """Publishes the same picture again and again."""

    def __init__(self) -> None:
        super().__init__('plain_camera')
        self._message = to_image(np.zeros((240, 320, 3), np.uint8), 'bgr8', Header())
        self._publisher = self.create_publisher(ImageMessage, 'image_raw', QoSProfile(
            depth=1, reliability=ReliabilityPolicy.BEST_EFFORT))
        self.create_timer(_PERIOD, self._send)

    def _send(self) -> None:
        self._message.header.stamp = self.get_clock().now().to_msg()
        self._publisher.publish(self._message)


if __name__ == '__main__':
    rclpy.init()
    try:
        rclpy.spin(PlainCamera())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        rclpy.try_shutdown()

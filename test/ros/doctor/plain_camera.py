"""A camera's driver, best effort as most are, with the faults that it is asked for."""

from __future__ import annotations

import argparse

from builtin_interfaces.msg import Time
import numpy as np
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.ros.messages import to_image

RED = (0, 0, 255)
_PERIOD = 0.05  # seconds


class PlainCamera(Node):
    """Publishes the same picture again and again."""

    def __init__(self, encoding: str, age: float | None) -> None:
        """Begin to publish.

        :param age: of the stamps in seconds; None for a zero stamp
        """
        super().__init__('plain_camera')
        picture = np.zeros((240, 320, 3), np.uint8)
        picture[60:84, 20:44] = RED
        self._message = to_image(picture, 'bgr8', Header())
        self._message.encoding = encoding
        self._age = age
        self._publisher = self.create_publisher(ImageMessage, 'image_raw', QoSProfile(
            depth=1, reliability=ReliabilityPolicy.BEST_EFFORT))
        self.create_timer(_PERIOD, self._send)

    def _send(self) -> None:
        if self._age is None:
            stamp = Time()
        else:
            stamp = self.get_clock().now().to_msg()
            stamp.sec -= int(self._age)
        self._message.header.stamp = stamp
        self._publisher.publish(self._message)


if __name__ == '__main__':
    options = argparse.ArgumentParser()
    options.add_argument('--encoding', default='bgr8')
    options.add_argument('--zero-stamps', action='store_true')
    options.add_argument('--age', type=float, default=0.0)
    chosen, _ = options.parse_known_args()
    rclpy.init()
    try:
        rclpy.spin(PlainCamera(chosen.encoding, None if chosen.zero_stamps else chosen.age))
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        rclpy.try_shutdown()

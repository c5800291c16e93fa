"""Print the stamp of every answer of a tracker, and subscribe to its attention as well."""

from __future__ import annotations

import rclpy
from rclpy.executors import ExternalShutdownException
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.msg import Target
from rat_tracker.ros.messages import nanoseconds


def _tell(message: Target) -> None:
    print(nanoseconds(message.header.stamp))


def _pass(message: ImageMessage) -> None:
    """Let it go: it only takes room in the memory through which messages come."""


if __name__ == '__main__':
    rclpy.init()
    node = rclpy.create_node('listener')
    node.create_subscription(ImageMessage, 'tracker_node/attention', _pass, 1)
    node.create_subscription(Target, 'tracker_node/target', _tell, 100)
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        rclpy.try_shutdown()

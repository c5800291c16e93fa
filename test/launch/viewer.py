#!/usr/bin/env python3
"""Stands for rviz2 where that is not installed: it subscribes to what the file names, no more.

What becomes of the names by remapping is the business of rcl, which both use.
"""

from __future__ import annotations

from pathlib import Path
import sys

from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import PoseWithCovarianceStamped
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from sensor_msgs.msg import Image
from visualization_msgs.msg import MarkerArray
import yaml

_KINDS = {'Image': Image, 'MarkerArray': MarkerArray, 'Pose': PoseStamped,
          'PoseWithCovariance': PoseWithCovarianceStamped}


def main() -> None:
    """Show nothing until it is interrupted."""
    file = Path(sys.argv[sys.argv.index('-d') + 1])
    displays = yaml.safe_load(file.read_text())['Visualization Manager']['Displays']
    rclpy.init()
    node = Node('rviz')
    try:
        for display in displays:
            if 'Topic' in display:
                kind = _KINDS[display['Class'].rpartition('/')[2]]
                node.create_subscription(kind, display['Topic']['Value'], lambda message: None, 1)
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        rclpy.try_shutdown()


if __name__ == '__main__':
    main()

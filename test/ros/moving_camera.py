"""A camera whose images go on by themselves, as a real one's do; what is in each is known."""

from __future__ import annotations

import os
import threading
import time

import rclpy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from ros import scene
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.geometry import Box
from rat_tracker.ros.messages import to_image
from rat_tracker.ros.messages import to_stamp

_PERIOD = 1 / 15  # seconds


class MovingCamera:
    """Publish the scene from the beginning of a block to its end."""

    def __init__(self, domain: int, topic: str = '/image_raw') -> None:
        self._context = rclpy.Context()
        rclpy.init(context=self._context, domain_id=domain)
        self._node = rclpy.create_node(f'camera_{os.getpid()}', context=self._context)
        self._publisher = self._node.create_publisher(ImageMessage, topic, QoSProfile(
            depth=1, reliability=ReliabilityPolicy.BEST_EFFORT))
        self._ending = threading.Event()
        self._indices: dict[str, int] = {}
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> MovingCamera:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()
        self._node.destroy_node()
        self._context.try_shutdown()

    @property
    def count(self) -> int:
        """How many images were published."""
        return len(self._indices)

    def red_box(self, stamp: str) -> Box:
        """Return where the red spot is in the image of this stamp, in nanoseconds."""
        return scene.red_box(self._indices[stamp])

    def green_box(self, stamp: str) -> Box:
        """Return where the green spot is; likewise."""
        return scene.green_box(self._indices[stamp])

    def _run(self) -> None:
        index = 0
        while not self._ending.wait(_PERIOD):
            now = time.time_ns()
            self._indices[str(now)] = index
            self._publisher.publish(to_image(
                scene.picture(index), 'bgr8',
                Header(stamp=to_stamp(now), frame_id='camera_optical_frame')))
            index += 1

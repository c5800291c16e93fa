"""A camera that shows a red spot, hides it for a while, and measures how far away it is."""

from __future__ import annotations

from functools import partial
from typing import Any

from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import PoseWithCovarianceStamped
from geometry_msgs.msg import Vector3Stamped
from ros import scene
from ros.calibrated_camera import CalibratedCamera
from ros.calibrated_camera import of
from ros.calibrated_scene import depth_picture
from ros.client import Client
from ros.client import NODE

from rat_tracker.geometry import Image
from rat_tracker.msg import Target

POSITIONS = {f'{NODE}/bearing': Vector3Stamped, f'{NODE}/pose': PoseStamped,
             f'{NODE}/pose_with_covariance': PoseWithCovarianceStamped}


def picture(index: int) -> Image:
    """Return an image; the red spot is out of sight in some of them, until it is LOST."""
    return scene.picture(index, red=not 6 <= index < 26)


def measure(camera: CalibratedCamera, index: int) -> Any:
    """Publish a depth image, at another distance each time, and return it."""
    return camera.measure(index, depth_picture(index, 2.0 + index / 20))


def place(client: Client, index: int) -> Any:
    """Publish the depth of an image that the node has answered, and return it.

    Where the target is tracked, until the node says where it is: best effort loses some.
    """
    camera = CalibratedCamera(client)
    if client.targets(index)[-1].state == Target.TRACKING:
        client.insist(f'the place in image {index}', partial(measure, camera, index),
                      lambda: all(of(client, topic, index) for topic in POSITIONS))
    return measure(camera, index)


def calibrate(client: Client) -> Any:
    """Let the node know the calibration and who wants positions; return the calibration."""
    camera = CalibratedCamera(client)
    for topic, kind in POSITIONS.items():
        client.subscribe(kind, topic)
    client.meet()
    client.show(0, picture(0))
    assert client.select(scene.red_box(0), index=0).accepted

    def publish_more(index: int) -> None:
        camera.calibrate(index)
        measure(camera, index)
    camera.flow(f'{NODE}/pose', 1, publish_more)
    client.clear()
    return camera.calibrate(0)

"""What the simulated robot publishes: the topics of an RGB-D camera, and the truth."""

from __future__ import annotations

import math
from typing import Any

from builtin_interfaces.msg import Time
from geometry_msgs.msg import PoseStamped
import numpy as np
from rclpy.node import Node
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.msg import Target
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.messages import to_image
from rat_tracker.ros.qos import reliable_publisher
from rat_tracker.ros.simulation.camera import Camera
from rat_tracker.ros.simulation.camera import Depth
from rat_tracker.ros.simulation.camera import RenderedView
from rat_tracker.ros.simulation.world import Pose2D
from rat_tracker.ros.simulation.world import World


class SimulationOutput:
    """Publish; images are made only where somebody subscribes."""

    def __init__(self, node: Node, depth_encoding: str, depth_range: float) -> None:
        self._depth_encoding, self._depth_range = depth_encoding, depth_range
        self._image = reliable_publisher(node, ImageMessage, 'image_raw', 1)
        self._info = reliable_publisher(node, CameraInfo, 'camera_info', 1)
        self._depth = reliable_publisher(node, ImageMessage, 'depth/image_raw', 1)
        self._view = reliable_publisher(node, ImageMessage, '~/view', 1)
        self._truth = reliable_publisher(node, Target, '~/truth', 1)
        self._pose = reliable_publisher(node, PoseStamped, '~/true_pose', 1)
        self._robot = reliable_publisher(node, PoseStamped, '~/robot_pose', 1)
        self._person = reliable_publisher(node, PoseStamped, '~/person_pose', 1)

    @property
    def images_wanted(self) -> bool:
        """Whether somebody looks through the camera."""
        return bool(self._image.get_subscription_count() or self._depth.get_subscription_count())

    @property
    def view_wanted(self) -> bool:
        """Whether somebody looks from above."""
        return bool(self._view.get_subscription_count())

    def publish_images(self, view: RenderedView, header: Header) -> None:
        """Publish an image and its depth."""
        self._image.publish(to_image(view.image, 'bgr8', header))
        self._depth.publish(to_depth_message(
            view.depth, self._depth_encoding, self._depth_range, header))

    def publish_info(self, camera: Camera, header: Header) -> None:
        """Publish the calibration."""
        focal = camera.focal_length
        # Its pixel i is centred on i, where our boxes have i + 0.5.
        x, y = camera.width / 2 - 0.5, camera.height / 2 - 0.5
        self._info.publish(CameraInfo(
            header=header, width=camera.width, height=camera.height,
            distortion_model='plumb_bob', d=[0.0] * 5,
            k=[focal, 0.0, x, 0.0, focal, y, 0.0, 0.0, 1.0],
            r=[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
            p=[focal, 0.0, x, 0.0, 0.0, focal, y, 0.0, 0.0, 0.0, 1.0, 0.0]))

    def publish_truth(
        self, header: Header, box: Any, point: tuple[float, float, float], seen: bool,
    ) -> None:
        """Publish where the person is; the pose only while the person is seen."""
        truth = Target(header=header, state=Target.TRACKING if seen else Target.LOST)
        if box is not None:
            truth.box = to_box(box)
        truth.id, truth.score = 'person', 1.0 if seen else 0.0
        self._truth.publish(truth)
        if seen:
            pose = PoseStamped(header=header)
            position = pose.pose.position
            position.x, position.y, position.z = (float(value) for value in point)
            self._pose.publish(pose)

    def publish_poses(self, world: World, stamp: Time) -> None:
        """Publish where robot and person are in the room."""
        x, y = world.person
        for publisher, pose_2d in ((self._robot, world.robot), (self._person, Pose2D(x, y))):
            pose = PoseStamped(header=Header(stamp=stamp, frame_id='room'))
            pose.pose.position.x, pose.pose.position.y = pose_2d.x, pose_2d.y
            pose.pose.orientation.z = math.sin(pose_2d.heading / 2)
            pose.pose.orientation.w = math.cos(pose_2d.heading / 2)
            publisher.publish(pose)

    def publish_view(self, image: Any, header: Header) -> None:
        """Publish the view from above."""
        self._view.publish(to_image(image, 'bgr8', header))


def to_depth_message(
    depth: Depth, encoding: str, furthest: float, header: Header,
) -> ImageMessage:
    """Return depth as REP 118 has it; what is too far is 0 in ``16UC1``, NaN in ``32FC1``."""
    known = depth <= furthest
    if encoding == '16UC1':
        values: Any = np.where(known, np.rint(depth * 1000), 0).astype(np.uint16)
    else:
        values = np.where(known, depth, np.nan).astype(np.float32)
    message = to_image(values.view(np.uint8), encoding, header)
    message.width = depth.shape[1]  # in pixels, not in bytes
    return message

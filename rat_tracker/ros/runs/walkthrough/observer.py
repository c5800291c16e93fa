"""A node that looks on: the truth, the velocities, and pictures now and then."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
import math
from typing import Any

import cv2
from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import Twist
from rclpy.node import Node
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.geometry import Box
from rat_tracker.msg import Target
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds

ROBOT = 'simulated_robot'
_DEPTH = 100  # messages; an observer wants every one, even if it is busy for a moment
_PICTURE_PERIOD = 200_000_000  # ns between two pictures that are kept


@dataclass(frozen=True, slots=True)
class Command:
    """A velocity, and when it was published, in ns."""

    time: int
    linear: float
    angular: float

    @property
    def moves(self) -> bool:
        return self.linear != 0 or self.angular != 0


@dataclass(slots=True)
class Observations:
    """Everything that was seen, by the stamp of its image in ns."""

    seen: dict[int, bool] = field(default_factory=dict)  # whether the person is in sight
    boxes: dict[int, Box] = field(default_factory=dict)  # the person's, hidden or not
    robot: dict[int, tuple[float, float]] = field(default_factory=dict)  # m
    person: dict[int, tuple[float, float]] = field(default_factory=dict)  # m
    commands: list[Command] = field(default_factory=list)
    overlays: dict[int, bytes] = field(default_factory=dict)  # JPEG
    views: dict[int, bytes] = field(default_factory=dict)  # JPEG

    def distance(self, stamp: int) -> float:
        """Return how far robot and person were apart, in m."""
        return math.dist(self.robot[stamp], self.person[stamp])


class Observer(Node):
    """Fill an ``Observations``."""

    def __init__(self, tracker: str) -> None:
        super().__init__('observer')
        self.observations = seen = Observations()
        self._listen(Target, f'{ROBOT}/truth', self._take_truth)
        self._listen(PoseStamped, f'{ROBOT}/robot_pose', lambda message: self._take_place(
            message, seen.robot))
        self._listen(PoseStamped, f'{ROBOT}/person_pose', lambda message: self._take_place(
            message, seen.person))
        self._listen(Twist, 'cmd_vel', self._take_command)
        self._listen(ImageMessage, f'{tracker}/overlay', lambda message: self._take_picture(
            message, seen.overlays))
        self._listen(ImageMessage, f'{ROBOT}/view', lambda message: self._take_picture(
            message, seen.views))

    def _listen(self, kind: type, topic: str, callback: Any) -> None:
        self.create_subscription(kind, topic, callback, QoSProfile(
            history=HistoryPolicy.KEEP_LAST, depth=_DEPTH,
            reliability=ReliabilityPolicy.RELIABLE))

    def _take_truth(self, message: Target) -> None:
        stamp = nanoseconds(message.header.stamp)
        self.observations.seen[stamp] = message.state == Target.TRACKING
        self.observations.boxes[stamp] = from_box(message.box)

    def _take_place(self, message: PoseStamped, places: dict[int, tuple[float, float]]) -> None:
        position = message.pose.position
        places[nanoseconds(message.header.stamp)] = position.x, position.y

    def _take_command(self, message: Twist, info: dict[str, int]) -> None:
        self.observations.commands.append(Command(
            info['source_timestamp'], message.linear.x, message.angular.z))

    def _take_picture(self, message: ImageMessage, pictures: dict[int, bytes]) -> None:
        stamp = nanoseconds(message.header.stamp)
        if not pictures or stamp - max(pictures) >= _PICTURE_PERIOD:
            pictures[stamp] = cv2.imencode('.jpg', to_bgr(message))[1].tobytes()

"""A node that records: the truth, the velocities, and pictures now and then."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from functools import partial
import math

import cv2
from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import Twist
from rclpy.node import Node
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.geometry import Box
from rat_tracker.msg import Target
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.runs.recorder import EVERY

ROBOT = 'simulated_robot'
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
        for kind, topic, callback in (
                (Target, f'{ROBOT}/truth', self._take_truth),
                (PoseStamped, f'{ROBOT}/robot_pose', partial(self._take_position, seen.robot)),
                (PoseStamped, f'{ROBOT}/person_pose', partial(self._take_position, seen.person)),
                (Twist, 'cmd_vel', self._take_command),
                (ImageMessage, f'{tracker}/overlay', partial(self._take_picture, seen.overlays)),
                (ImageMessage, f'{ROBOT}/view', partial(self._take_picture, seen.views))):
            self.create_subscription(kind, topic, callback, EVERY)

    def _take_truth(self, message: Target) -> None:
        stamp = nanoseconds(message.header.stamp)
        self.observations.seen[stamp] = message.state == Target.TRACKING
        self.observations.boxes[stamp] = from_box(message.box)

    @staticmethod
    def _take_position(
        positions: dict[int, tuple[float, float]], message: PoseStamped,
    ) -> None:
        position = message.pose.position
        positions[nanoseconds(message.header.stamp)] = position.x, position.y

    def _take_command(self, message: Twist, info: dict[str, int]) -> None:
        self.observations.commands.append(Command(
            info['source_timestamp'], message.linear.x, message.angular.z))

    @staticmethod
    def _take_picture(pictures: dict[int, bytes], message: ImageMessage) -> None:
        stamp = nanoseconds(message.header.stamp)
        if not pictures or stamp - max(pictures) >= _PICTURE_PERIOD:
            pictures[stamp] = cv2.imencode('.jpg', to_bgr(message))[1].tobytes()

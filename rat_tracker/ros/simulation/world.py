"""A flat world with a robot on two driven wheels and a person who walks.

World coordinates are REP 103's: x and y on the floor, z up, metres; angles counterclockwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import math

from rat_tracker.ros.follower.following import STANDSTILL
from rat_tracker.ros.follower.following import Velocity
from rat_tracker.ros.simulation.scenery import WALK
from rat_tracker.ros.simulation.scenery import Wall
from rat_tracker.ros.simulation.scenery import WALLS
from rat_tracker.ros.simulation.walker import Walker

RADIUS = 0.25  # m of the robot
_RESPONSE = 0.1  # s in which the wheels take on 63 % of a new velocity
_TRAIL = 0.05  # m between two points of a path that is kept
_TRAIL_LENGTH = 4000  # points


@dataclass(frozen=True, slots=True)
class Pose2D:
    """Where the robot is, in m, and where it looks, in rad."""

    x: float = 0.0
    y: float = 0.0
    heading: float = 0.0


class World:
    """Everything that moves, from one moment to the next."""

    def __init__(
        self, walls: Sequence[Wall] = WALLS, walker: Walker | None = None,
        robot: Pose2D = Pose2D(),
    ) -> None:
        self.walls = tuple(walls)
        self.walker = Walker(WALK) if walker is None else walker
        self.time = 0.0  # s of the walk
        self.walking = True  # whether the person walks, or waits for that
        self.robot = robot
        self.velocity = STANDSTILL  # of the robot
        self.command = STANDSTILL  # what it was told last
        self.collisions = 0  # steps in which a wall stopped it
        self.robot_path = [(robot.x, robot.y)]
        self.person_path = [self.person]

    @property
    def person(self) -> tuple[float, float]:
        """Where the person is, in m."""
        return self.walker.position(self.time)

    @property
    def distance(self) -> float:
        """From the robot's middle to the person, in m."""
        return math.dist((self.robot.x, self.robot.y), self.person)

    def step(self, seconds: float) -> None:
        """Let time pass."""
        if self.walking:
            self.time += seconds
        taken = 1 - math.exp(-seconds / _RESPONSE)
        was = self.velocity
        self.velocity = Velocity(
            was.linear + taken * (self.command.linear - was.linear),
            was.angular + taken * (self.command.angular - was.angular))
        self._drive((was.linear + self.velocity.linear) / 2 * seconds,
                    (was.angular + self.velocity.angular) / 2 * seconds)
        _keep(self.robot_path, (self.robot.x, self.robot.y))
        _keep(self.person_path, self.person)

    def _drive(self, length: float, turn: float) -> None:
        """Move along an arc, and not through walls."""
        at = self.robot
        middle = at.heading + turn / 2
        x, y = at.x + length * math.cos(middle), at.y + length * math.sin(middle)
        if any(wall.gap(x, y) < RADIUS <= wall.gap(at.x, at.y) for wall in self.walls):
            self.collisions += 1
            self.velocity = Velocity(0.0, self.velocity.angular)
            x, y = at.x, at.y
        self.robot = Pose2D(x, y, math.remainder(at.heading + turn, math.tau))


def _keep(path: list[tuple[float, float]], point: tuple[float, float]) -> None:
    if math.dist(path[-1], point) >= _TRAIL:
        path.append(point)
        del path[:-_TRAIL_LENGTH]

"""The room of the simulation: walls, and things to hide behind, all as high as the room."""

from __future__ import annotations

from dataclasses import dataclass
import math

from rat_tracker.ros.simulation.walker import Waypoint

HEIGHT = 2.5  # m of the room


@dataclass(frozen=True, slots=True)
class Wall:
    """An upright wall between two points on the floor, in m."""

    x: float
    y: float
    to_x: float
    to_y: float
    texture: int  # which of the walls' textures

    @property
    def length(self) -> float:
        return math.hypot(self.to_x - self.x, self.to_y - self.y)

    def gap(self, x: float, y: float) -> float:
        """Return how far a point is from the wall, in m."""
        along_x, along_y = self.to_x - self.x, self.to_y - self.y
        part = ((x - self.x) * along_x + (y - self.y) * along_y) / self.length ** 2
        part = min(max(part, 0.0), 1.0)
        return math.hypot(x - self.x - part * along_x, y - self.y - part * along_y)

    def sight(self, x: float, y: float, angle: float) -> float:
        """Return how far one sees from a point until the wall, in m; inf: it is not there."""
        along_x, along_y = self.to_x - self.x, self.to_y - self.y
        ray_x, ray_y = math.cos(angle), math.sin(angle)
        cross = ray_x * along_y - ray_y * along_x
        if cross == 0:
            return math.inf
        away_x, away_y = self.x - x, self.y - y
        distance = (away_x * along_y - away_y * along_x) / cross
        part = (away_x * ray_y - away_y * ray_x) / cross
        return distance if distance >= 0 and 0 <= part <= 1 else math.inf


def block(left: float, bottom: float, right: float, top: float, texture: int) -> tuple[Wall, ...]:
    """Return the four walls around a rectangle."""
    return (Wall(left, bottom, right, bottom, texture), Wall(right, bottom, right, top, texture),
            Wall(right, top, left, top, texture), Wall(left, top, left, bottom, texture))


WALLS = (
    Wall(-2, -5, 12, -5, 0), Wall(12, -5, 12, 5, 1), Wall(12, 5, -2, 5, 0), Wall(-2, 5, -2, -5, 1),
    *block(4.1, 0.8, 4.3, 5.0, 2),  # a partition: whoever is behind it is not seen
    *block(8.1, -0.9, 8.5, -0.45, 3),  # a pillar, to pass behind
)

# The person stands before the robot, walks ahead, hides behind the partition, waits there, comes
# back, passes behind the pillar, and returns on a bow.
WALK = (
    Waypoint(2.5, 0.0, pause=3.0),
    Waypoint(5.0, 0.0, pause=1.0),
    Waypoint(5.0, 2.0, pause=4.0),
    Waypoint(5.0, 0.0, pause=1.0),
    Waypoint(8.8, 0.0, pause=1.0),
    Waypoint(8.8, -2.2),
    Waypoint(7.0, -3.6),
    Waypoint(4.0, -3.6, pause=1.0),
    Waypoint(0.0, -3.0),
    Waypoint(-0.5, -0.5),
)

"""The simulated room from above, for people: who is where, and where they have been."""

from __future__ import annotations

from collections.abc import Sequence
import math

import cv2
import numpy as np

from rat_tracker.drawing import draw_label
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.ros.simulation.camera import FORWARD
from rat_tracker.ros.simulation.world import RADIUS
from rat_tracker.ros.simulation.world import World

_SCALE = 50  # pixels per metre
_MARGIN = 0.3  # m around the room
_REACH = 2.5  # m of the camera's view that are drawn
# Okabe and Ito's, as in the overlay; blue, green, red.
ROBOT = (178, 114, 0)
PERSON = (0, 94, 213)
_WALL = (90, 90, 90)
_FLOOR = (245, 245, 245)
_SIGHT = (225, 235, 200)


class MapView:
    """Draw a world; the room does not change."""

    def __init__(self, world: World, field_of_view: float) -> None:
        self._half_view = field_of_view / 2
        xs = [x for wall in world.walls for x in (wall.x, wall.to_x)]
        ys = [y for wall in world.walls for y in (wall.y, wall.to_y)]
        self._left, self._top = min(xs) - _MARGIN, max(ys) + _MARGIN
        size = (math.ceil((self._top - min(ys) + _MARGIN) * _SCALE),
                math.ceil((max(xs) + _MARGIN - self._left) * _SCALE))
        self._room = np.full((*size, 3), _FLOOR, np.uint8)
        for wall in world.walls:
            cv2.line(self._room, self._pixel(wall.x, wall.y), self._pixel(wall.to_x, wall.to_y),
                     _WALL, 4, cv2.LINE_AA)
        self._ruler()

    def draw(self, world: World, caption: str = '') -> Image:
        """Return the room, x to the right and y up, with all that moves."""
        image = self._room.copy()
        at = world.robot
        eye = (at.x + FORWARD * math.cos(at.heading), at.y + FORWARD * math.sin(at.heading))
        fan = [self._pixel(*eye)]
        for angle in np.linspace(-self._half_view, self._half_view, 61) + at.heading:
            reach = min(_REACH, *(wall.sight(*eye, angle) for wall in world.walls))
            fan.append(self._pixel(
                eye[0] + reach * math.cos(angle), eye[1] + reach * math.sin(angle)))
        light = image.copy()
        cv2.fillPoly(light, [np.array(fan, np.int32)], _SIGHT, cv2.LINE_AA)
        image = np.minimum(image, light)  # walls stay dark
        for path, color in ((world.person_path, PERSON), (world.robot_path, ROBOT)):
            self._path(image, path, color)
        x, y = world.person
        cv2.circle(image, self._pixel(x, y), self._length(0.25), PERSON, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(image, self._pixel(at.x, at.y), self._length(RADIUS), ROBOT, cv2.FILLED,
                   cv2.LINE_AA)
        cv2.line(image, self._pixel(at.x, at.y), self._pixel(*eye), (255, 255, 255), 3,
                 cv2.LINE_AA)
        if caption:
            draw_label(image, caption, Box(0, 0, *image.shape[1::-1]), (255, 255, 255))
        return image

    def _path(
        self, image: Image, path: Sequence[tuple[float, float]], color: tuple[int, int, int],
    ) -> None:
        points = np.array([self._pixel(x, y) for x, y in path], np.int32)
        cv2.polylines(image, [points], False, color, 2, cv2.LINE_AA)

    def _ruler(self) -> None:
        height = self._room.shape[0]
        start, end = (self._length(0.6), height - self._length(0.6)), self._length(1)
        cv2.line(self._room, start, (start[0] + end, start[1]), (0, 0, 0), 2)
        cv2.putText(self._room, '1 m', (start[0] + end + 6, start[1] + 5),
                    cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        return round((x - self._left) * _SCALE), round((self._top - y) * _SCALE)

    def _length(self, metres: float) -> int:
        return round(metres * _SCALE)

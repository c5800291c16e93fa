"""What the robot's camera sees: a colour image, the depth of every pixel, and the truth.

All walls are as high as the room, so that in each column only the nearest counts; the person is a
flat figure that always faces the camera.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.ros.simulation import textures
from rat_tracker.ros.simulation.scenery import HEIGHT
from rat_tracker.ros.simulation.world import World

Depth = npt.NDArray[np.float32]  # H×W, metres along the optical axis

FORWARD = 0.2  # m that the camera is in front of the robot's middle
ABOVE = 0.9  # m that it is above the floor
_NEAR = 0.1  # m, the nearest that is drawn
_SEEN = 0.3  # part of the person that has to be in sight to count as seen
_NOISE_FRAMES = 16


@dataclass(frozen=True, slots=True, eq=False)
class RenderedView:
    """One image. ``box`` is the person's, whole, even if hidden; None: behind the camera."""

    image: Image
    depth: Depth
    box: Box | None
    seen: bool


class Camera:
    """A pinhole camera that looks straight ahead."""

    def __init__(self, width: int, height: int, field_of_view: float = math.radians(80)) -> None:
        """Prepare what is the same in all images.

        :param width: of the image, in pixels
        :param height: of the image, in pixels
        :param field_of_view: from the left to the right edge, in rad
        """
        self.width, self.height = width, height
        self.focal_length = width / 2 / math.tan(field_of_view / 2)
        # Where the pixels' centres are in a plane at 1 m.
        self._across = _centers(width) / np.float32(self.focal_length)
        self._down = _centers(height)[:, None] / np.float32(self.focal_length)
        # Floor and ceiling are at one depth in a row; the horizon is infinitely far away.
        with np.errstate(divide='ignore'):
            self._level = np.where(
                self._down > 0, ABOVE / self._down, (ABOVE - HEIGHT) / self._down)
        walls = textures.wall_textures()
        floor = textures.floor_texture()
        self._atlas = np.vstack([*walls, floor])
        self._floor_row = len(walls) * textures.WALL_ROWS
        figure, cover = textures.person()
        self._figures = [(figure, cover)]
        while self._figures[-1][0].shape[0] > 60:
            self._figures.append(tuple(  # type: ignore[arg-type]
                cv2.pyrDown(layer) for layer in self._figures[-1]))
        random = np.random.default_rng(9)
        self._noise = random.normal(0, 3, (_NOISE_FRAMES, height, width, 1)).astype(np.float32)
        self._count = 0

    def point(self, world: World) -> tuple[float, float, float]:
        """Return the person's middle in the optical frame: x right, y down, z forward, in m."""
        across, ahead = self._seen_from(world, *world.person)
        return across, ABOVE - textures.PERSON_SIZE[1] / 2, ahead

    def box(self, world: World) -> Box | None:
        """Return the box around the person, hidden or not; None: too near, or behind."""
        x, y, z = self.point(world)
        if z < _NEAR:
            return None
        scale = self.focal_length / z
        width, height = textures.PERSON_SIZE
        return Box.from_center(self.width / 2 + scale * x, self.height / 2 + scale * y,
                               scale * width, scale * height)

    def sees(self, world: World) -> bool:
        """Whether enough of the person is in sight."""
        return self._in_sight(world, self.box(world), self._walls(world)[0])

    def render(self, world: World) -> RenderedView:
        """Return what the camera sees now."""
        distance, wall, along = self._walls(world)
        depth = np.minimum(self._level, distance).astype(np.float32)
        image = self._surfaces(world, distance, wall, along, depth)
        box = self.box(world)
        seen = self._in_sight(world, box, distance)
        if box is not None:
            self._draw_person(image, depth, box, self.point(world)[2])
        self._count += 1
        image += self._noise[self._count % _NOISE_FRAMES]
        return RenderedView(np.clip(image, 0, 255).astype(np.uint8), depth, box, seen)

    def _seen_from(self, world: World, x: float, y: float) -> tuple[float, float]:
        """Return how far a point on the floor is to the right of the camera, and ahead of it."""
        at = world.robot
        cosine, sine = math.cos(at.heading), math.sin(at.heading)
        away_x, away_y = x - at.x, y - at.y
        return away_x * sine - away_y * cosine, away_x * cosine + away_y * sine - FORWARD

    def _walls(self, world: World) -> tuple[
        npt.NDArray[np.float64], npt.NDArray[np.intp], npt.NDArray[np.float64],
    ]:
        """Return each column's nearest wall: its depth, its number, and how far along it, in m."""
        starts = np.array([self._seen_from(world, wall.x, wall.y) for wall in world.walls])
        ends = np.array([self._seen_from(world, wall.to_x, wall.to_y) for wall in world.walls])
        sides = ends - starts
        # A ray is (across, 1) · depth, a wall start + part · side: two equations in each column.
        cross = self._across * sides[:, 1:] - sides[:, :1]
        with np.errstate(divide='ignore', invalid='ignore'):
            depth = (starts[:, :1] * sides[:, 1:] - starts[:, 1:] * sides[:, :1]) / cross
            part = (starts[:, :1] - starts[:, 1:] * self._across) / cross
        hit = (depth > _NEAR) & (part >= 0) & (part <= 1)
        depth = np.where(hit, depth, np.inf)
        nearest = depth.argmin(axis=0)
        columns = np.arange(self.width)
        lengths = np.array([wall.length for wall in world.walls])
        return depth[nearest, columns], nearest, part[nearest, columns] * lengths[nearest]

    def _in_sight(
        self, world: World, box: Box | None, distance: npt.NDArray[np.float64],
    ) -> bool:
        if box is None:
            return False
        edges = np.arange(self.width)
        right = np.minimum(edges + 1, box.x + box.width)
        covered = np.clip(right - np.maximum(edges, box.x), 0, 1)
        free = covered[distance > self.point(world)[2]].sum()
        return bool(free > _SEEN * box.width)

    def _surfaces(
        self, world: World, distance: npt.NDArray[np.float64], wall: npt.NDArray[np.intp],
        along: npt.NDArray[np.float64], depth: Depth,
    ) -> npt.NDArray[np.float32]:
        """Return walls, floor and ceiling, lit the less the further away they are."""
        at = world.robot
        cosine, sine = math.cos(at.heading), math.sin(at.heading)
        scale = textures.SIDE / textures.FLOOR_LENGTH
        ahead, right = depth + FORWARD, depth * self._across
        columns = np.mod((at.x + ahead * cosine + right * sine) * scale, textures.SIDE - 1)
        rows = np.mod((at.y + ahead * sine - right * cosine) * scale, textures.SIDE - 1)
        rows += self._floor_row
        # Where the wall is nearer than floor and ceiling, the texture is the wall's.
        on_wall = self._level > distance
        pitch = textures.SIDE / textures.WALL_LENGTH
        wall_column = np.mod(along * pitch, textures.SIDE - 1)
        texture = np.array([item.texture for item in world.walls])[wall]
        height = (HEIGHT - ABOVE + self._down * distance) / HEIGHT
        wall_row = texture * textures.WALL_ROWS + np.clip(height, 0, 1) * (textures.WALL_ROWS - 1)
        map_x = np.where(on_wall, wall_column, columns).astype(np.float32)
        map_y = np.where(on_wall, wall_row, rows).astype(np.float32)
        image = cv2.remap(self._atlas, map_x, map_y, cv2.INTER_LINEAR).astype(np.float32)
        light = 1 / (1 + 0.02 * depth * depth)
        ceiling = ~on_wall & (self._down < 0)
        image[ceiling] = 190
        image *= 0.35 + 0.65 * light[..., None]
        return image

    def _draw_person(
        self, image: npt.NDArray[np.float32], depth: Depth, box: Box, distance: float,
    ) -> None:
        left, right = max(math.floor(box.x), 0), min(math.ceil(box.x + box.width), self.width)
        top, bottom = max(math.floor(box.y), 0), min(math.ceil(box.y + box.height), self.height)
        if left >= right or top >= bottom:
            return
        figure, cover = min(
            self._figures, key=lambda layers: abs(math.log(layers[0].shape[0] / box.height)))
        scale_x, scale_y = figure.shape[1] / box.width, figure.shape[0] / box.height
        to_figure = np.array([[scale_x, 0, (left + 0.5 - box.x) * scale_x - 0.5],
                              [0, scale_y, (top + 0.5 - box.y) * scale_y - 0.5]])
        size, flags = (right - left, bottom - top), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        color = cv2.warpAffine(figure, to_figure, size, flags=flags)
        part = cv2.warpAffine(cover, to_figure, size, flags=flags).astype(np.float32) / 255
        region = np.s_[top:bottom, left:right]
        # The floor under the feet is as near as they are.
        part *= depth[region] > distance - 0.05
        image[region] += (color - image[region]) * part[..., None]
        depth[region] = np.where(part > 0.5, np.float32(distance), depth[region])


def _centers(count: int) -> npt.NDArray[np.float32]:
    """Return the pixels' centres along one side of an image, from its middle."""
    return np.arange(count, dtype=np.float32) + np.float32(0.5 - count / 2)

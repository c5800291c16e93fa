"""Clips in which the target goes out of sight and comes back: behind a wall, or over the edge.

As in ``rat_tracker.evaluation.clips.synthetic`` every box is the one that the target was drawn
with. Target and ground have a texture each; the target grows or shrinks while it is away, its
path, the light and the noise depend on the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.evaluation.clips.card import Card
from rat_tracker.evaluation.clips.card import Pixels
from rat_tracker.evaluation.clips.card import Pose
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.evaluation.clips.textures import texture

RATE = 30.0  # frames per second
_BEFORE = 2.5  # seconds in sight before the target goes
_AFTER = 6.0  # and after it is back
_WALL = 1.3  # width of the wall, in widths of the target
_LIGHT = 0.12  # the light goes between 1 - 0.12 and 1 + 0.12
_NOISE = 4.0  # standard deviation, grey levels
_PLAIN_WIDTH = 480  # pixels of an image in which sizes and speed are these
_SPEED = 2.5  # pixels per frame, while the target comes and goes
_SIZES = 36, 60  # pixels, the least and the greatest width of the target
_TARGETS = ('cat', 'face', 'cup', 'rocket', 'coins', 'stars')
_GROUNDS = ('gravel', 'grass', 'tissue')


@dataclass(frozen=True, slots=True)
class HidingScene:
    """What happens in a clip; the target's size and speed grow with the image's width."""

    seconds: float  # how long nothing of the target is seen; 0: it stays in sight
    leaves: bool = False  # over the image's edge instead of behind a wall
    distractor: float = 0.0  # share of the target's picture in that of a second card; 0: none
    width: int = _PLAIN_WIDTH  # pixels
    height: int = 360  # pixels


def render_hiding(scene: HidingScene, seed: int) -> Iterator[SyntheticFrame]:
    """Yield the frames of a scene, ``RATE`` a second.

    :raises rat_tracker.evaluation.clips.textures.TexturesMissing: scikit-image is not installed
    """
    random = np.random.default_rng(seed)
    stage = _Stage(scene, random)
    phase = random.uniform(0, 2 * np.pi)
    for frame in range(stage.length):
        image, visible = stage.draw(frame)
        image *= 1 + _LIGHT * np.sin(phase + 2 * np.pi * frame / (4 * RATE))
        image += random.normal(0, _NOISE, image.shape).astype(np.float32)
        pixels = np.clip(np.rint(image), 0, 255).astype(np.uint8)
        yield SyntheticFrame(pixels, stage.target.box(stage.pose(frame)), visible)


class _Path:
    """A walk through waypoints at one speed, with rests; waypoints are in pixels.

    :param speed: pixels per frame
    """

    def __init__(self, start: tuple[float, float], speed: float) -> None:
        self._times, self._waypoints = [0.0], [start]
        self._speed = speed

    @property
    def end(self) -> float:
        """The frame in which the walk ends."""
        return self._times[-1]

    def go(self, x: float, y: float, frames: float | None = None) -> None:
        last = self._waypoints[-1]
        if frames is None:
            frames = float(np.hypot(x - last[0], y - last[1])) / self._speed
        self._times.append(self._times[-1] + frames)
        self._waypoints.append((x, y))

    def rest(self, frames: float) -> None:
        self.go(*self._waypoints[-1], frames)

    def at(self, frame: float) -> npt.NDArray[np.float64]:
        waypoints = np.array(self._waypoints)
        return np.array([np.interp(frame, self._times, waypoints[:, axis]) for axis in (0, 1)])


class _Stage:
    """The cards of a scene and where they are in each frame."""

    def __init__(self, scene: HidingScene, random: np.random.Generator) -> None:
        self._scene, self._random = scene, random
        name, other = random.choice(_TARGETS, 2, replace=False)
        self._ground = cv2.resize(
            texture(str(random.choice(_GROUNDS))), (scene.width, scene.height),
            interpolation=cv2.INTER_AREA).astype(np.float32)
        size = scene.width / _PLAIN_WIDTH
        self._speed = size * _SPEED
        width = size * random.uniform(*_SIZES)
        self.target = Card(str(name), width, width * random.uniform(1.0, 1.5))
        self._wall = Card('brick', _WALL * width, scene.height)
        self._wall_pose = Pose(
            scene.width * random.uniform(0.42, 0.58), scene.height / 2, 1.0, 0.0)
        self._path, self._away = self._walk()
        self._scale = random.uniform(0.87, 1.15)  # when the target is back
        self.length = round(self._path.end)
        self._second: Card | None = None
        if scene.distractor:
            self._second = Card(str(other), self.target.width, self.target.height)
            self._second.blend(self.target, scene.distractor)
            self._second_path = self._stroll(self._away)

    def _walk(self) -> tuple[_Path, float]:
        """Return the target's path, and the frame in which it is gone."""
        scene, random = self._scene, self._random
        side = random.choice((-1, 1))
        path = _Path(self._waypoint(side), self._speed)
        while path.end < (_BEFORE - 1) * RATE:
            path.go(*self._waypoint(side))
        if scene.leaves:
            beyond = scene.width / 2 + side * (scene.width / 2 + self.target.width)
            path.go(beyond, random.uniform(0.3, 0.7) * scene.height)
        elif scene.seconds:
            path.go(self._wall_pose.x, random.uniform(0.3, 0.7) * scene.height)
        away = path.end
        if scene.seconds:
            path.rest(scene.seconds * RATE)
        back = side if scene.leaves or not scene.seconds else random.choice((-1, 1))
        if scene.leaves:  # it comes back elsewhere over the same edge
            path.go(path.at(path.end)[0], random.uniform(0.2, 0.8) * scene.height, 1e-3)
        while path.end < away + (scene.seconds + _AFTER) * RATE:
            path.go(*self._waypoint(back))
        return path, away

    def _waypoint(self, side: int) -> tuple[float, float]:
        """Return a point in sight on the left (-1) or right (1) of the wall."""
        scene, random = self._scene, self._random
        margin = 0.75 * max(self.target.width, self.target.height)
        inner = self._wall_pose.x + side * (self._wall.width + self.target.width) / 2
        outer = scene.width / 2 + side * (scene.width / 2 - margin)
        return (float(random.uniform(min(inner, outer), max(inner, outer))),
                float(random.uniform(margin, scene.height - margin)))

    def _stroll(self, away: float) -> _Path:
        """Return the second card's path: out of sight until the target is gone."""
        scene, random = self._scene, self._random
        outside = (scene.width + self.target.width, scene.height * random.uniform(0.2, 0.8))
        path = _Path(outside, self._speed)
        path.rest(away)
        while path.end < self.length:
            path.go(*self._waypoint(int(random.choice((-1, 1)))))
        return path

    def pose(self, frame: float) -> Pose:
        """Return where the target is; it changes its scale while nothing of it is seen."""
        x, y = self._path.at(frame)
        gone = frame > self._away + self._scene.seconds * RATE / 2
        return Pose(float(x), float(y), self._scale if gone and self._scene.seconds else 1.0, 0.0)

    def draw(self, frame: int) -> tuple[Pixels, float]:
        """Return a frame and the part of the target that is seen."""
        canvas = self._ground.copy()
        pose = self.pose(frame)
        cover = self.target.draw(canvas, pose)
        if self._second is not None:
            x, y = self._second_path.at(frame)
            cover *= 1 - self._second.draw(canvas, Pose(float(x), float(y), 1.0, 0.0))
        if not self._scene.leaves:
            cover *= 1 - self._wall.draw(canvas, self._wall_pose)
        area = self.target.width * self.target.height * pose.scale ** 2
        return canvas, min(float(cover.sum()) / area, 1.0)

"""Clips whose every box is known exactly: a textured card that moves over a textured ground.

A card is drawn at its sub-pixel place, so its box is the one it was drawn with and not one that
was measured. Coordinates are those of ``rat_tracker.geometry``: edges, pixel ``i`` covers
``[i, i + 1)``. The same scene and seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
import math

import cv2
import numpy as np

from rat_tracker.evaluation.clips.card import Card
from rat_tracker.evaluation.clips.card import Pixels
from rat_tracker.evaluation.clips.card import Pose
from rat_tracker.evaluation.clips.textures import texture
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

_EXPOSURES = 9  # instants that one blurred frame is the mean of


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens in a clip. The defaults are the easy case: a card that moves smoothly."""

    width: int = 320  # pixels
    height: int = 240  # pixels
    length: int = 60  # frames
    target: str = 'cat'  # names of rat_tracker.evaluation.clips.textures
    ground: str = 'gravel'
    target_width: float = 44.0  # pixels, at zoom 1
    target_height: float = 56.0
    speed: float = 2.0  # pixels per frame, where it is fastest
    zoom: float = 1.0  # the largest scale; the smallest is its inverse
    turn: float = 0.0  # degrees to either side
    exposure: float = 0.0  # part of the frame's time that the shutter is open; blurs what moves
    light: float = 0.0  # the light goes between 1 - light and 1 + light
    noise: float = 0.0  # standard deviation, grey levels
    occlusion: float = 0.0  # part of the target's width that a passing post hides at worst
    distractor: bool = False  # a second card of the same texture passes close by
    leaves: bool = False  # the target leaves the image in mid-clip and comes back


@dataclass(frozen=True, slots=True)
class SyntheticFrame:
    """One frame and the truth about it.

    ``box`` is the upright box around the whole card, hidden parts too, at the middle of the
    exposure; ``visible`` is the part of the card's area that is seen, 0 to 1.
    """

    image: Image
    box: Box
    visible: float


def render(scene: Scene, seed: int = 0) -> Iterator[SyntheticFrame]:
    """Yield the frames of a scene; the seed sets the path, the post's time and the noise."""
    random = np.random.default_rng(seed)
    stage = _Stage(scene, random)
    for frame in range(scene.length):
        image, visible = stage.exposed(frame)
        if scene.light:
            image *= 1 + scene.light * math.sin(2 * math.pi * frame / scene.length)
        if scene.noise:
            image += random.normal(0, scene.noise, image.shape)
        pixels = np.clip(np.rint(image), 0, 255).astype(np.uint8)
        yield SyntheticFrame(pixels, stage.target.box(stage.target_pose(frame)), visible)


def back_and_forth(clip: Sequence[SyntheticFrame]) -> Iterator[Image]:
    """Play a clip forwards and backwards for ever: the target never jumps.

    Each image is a copy, as those of a camera are: who keeps them needs memory for each.

    :param clip: two frames or more
    """
    for frame in cycle((*clip, *clip[-2:0:-1])):
        yield frame.image.copy()


class _Stage:
    """The cards of a scene and where they are at any time; times are in frames."""

    def __init__(self, scene: Scene, random: np.random.Generator) -> None:
        self._scene = scene
        self._phases = random.uniform(0, 2 * math.pi, 4)
        self._post_time = scene.length * random.uniform(0.45, 0.6)
        self._ground = cv2.resize(
            texture(scene.ground), (scene.width, scene.height),
            interpolation=cv2.INTER_AREA).astype(np.float32)
        self.target = Card(scene.target, scene.target_width, scene.target_height)
        self._post = Card('brick', 1.0 * scene.target_width, scene.height)

    def exposed(self, frame: int) -> tuple[Pixels, float]:
        """Return the mean of what the shutter saw, and the target's visible part."""
        scene = self._scene
        image = np.zeros((scene.height, scene.width, 3), np.float32)
        visible = 0.0
        instants = _EXPOSURES if scene.exposure else 1
        for index in range(instants):
            time = frame + scene.exposure * ((index + 0.5) / instants - 0.5)
            seen, part = self._instant(time)
            image += seen / instants
            visible += part / instants
        return image, visible

    def _instant(self, time: float) -> tuple[Pixels, float]:
        scene = self._scene
        canvas = self._ground.copy()
        if scene.distractor:
            self.target.draw(canvas, self._distractor_pose(time))
        pose = self.target_pose(time)
        cover = self.target.draw(canvas, pose)
        if scene.occlusion:
            cover *= 1 - self._post.draw(canvas, self._post_pose(time))
        area = self.target.width * self.target.height * pose.scale ** 2
        return canvas, min(float(cover.sum()) / area, 1.0)

    def target_pose(self, time: float) -> Pose:
        """Return where the target is: on a Lissajous curve, whose speed is at most ``speed``."""
        scene = self._scene
        reach_x, reach_y = self._reach()
        # The fastest point of a·sin(w·t), b·sin(0.7·w·t) is at most w·hypot(a, 0.7·b).
        rate = scene.speed / math.hypot(reach_x, 0.7 * reach_y)
        x = scene.width / 2 + reach_x * math.sin(rate * time + self._phases[0])
        y = scene.height / 2 + reach_y * math.sin(0.7 * rate * time + self._phases[1])
        if scene.leaves:
            # Down and out of sight in the middle of the clip, and back: half a wave, squared.
            sunk = math.sin(math.pi * time / scene.length) ** 4
            y += sunk * (scene.height + scene.target_height - y)
        wave = 2 * math.pi * time / scene.length
        scale = scene.zoom ** math.sin(wave)
        angle = math.radians(scene.turn) * math.sin(1.5 * wave)
        return Pose(x, y, scale, angle)

    def _reach(self) -> tuple[float, float]:
        """Return how far the centre may go from the middle, the card staying in the image."""
        scene = self._scene
        half = scene.zoom * math.hypot(scene.target_width, scene.target_height) / 2
        return (max(scene.width / 2 - half, 1.0), max(scene.height / 2 - half, 1.0))

    def _post_pose(self, time: float) -> Pose:
        """Return where the post is: from the right it comes over the target, and goes back."""
        scene = self._scene
        pose = self.target_pose(time)
        width = scene.target_width * pose.scale
        near = math.exp(-((time - self._post_time) / (0.1 * scene.length)) ** 4)
        right_edge = pose.x + width / 2
        left_of_post = right_edge - near * scene.occlusion * width + (1 - near) * scene.width
        return Pose(left_of_post + self._post.width / 2, scene.height / 2, 1.0, 0.0)

    def _distractor_pose(self, time: float) -> Pose:
        """Return where the twin is: from the left it passes below the target in mid-clip."""
        scene = self._scene
        pose = self.target_pose(time)
        beside = (time / scene.length - 0.5) * 2.5 * scene.width
        return Pose(pose.x + beside, pose.y + 1.1 * scene.target_height, pose.scale, 0.0)

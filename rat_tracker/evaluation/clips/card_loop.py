"""The clip that the camera shows: a textured card that moves without ever leaping.

It is played forth and back, endlessly, so that the last frame is beside the first; a tracker that
lost its target at every round would work less, or more, than it does in reality.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import os
from pathlib import Path

import cv2

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.geometry import Box

_LENGTH = 45  # frames; the player keeps them all in memory, forth and back
_JPEG_QUALITY = 98  # on disk only
_PLAIN_HEIGHT = 240  # pixels, for which the scene's own sizes are


@dataclass(frozen=True, slots=True)
class Clip:
    """A folder of images and the target's box in each of them."""

    folder: Path
    boxes: Sequence[Box]

    def box(self, frame: int) -> Box:
        """Return where the target is in the n-th frame that is played."""
        return self.boxes[frame % len(self.boxes)]


def write_clip(folder: Path, width: int, height: int) -> Clip:
    """Draw the clip; the target and its steps grow with the image."""
    folder.mkdir()
    scale = height / _PLAIN_HEIGHT
    scene = Scene(
        width=width, height=height, length=_LENGTH, target_width=44 * scale,
        target_height=56 * scale, speed=2 * scale, zoom=1.1, turn=5.0, noise=2.0)
    boxes = []
    for number, frame in enumerate(render(scene)):
        path = folder / f'{number}.jpg'
        if not cv2.imwrite(str(path), frame.image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]):
            raise OSError(f'{path} cannot be written')
        boxes.append(frame.box)
    back = range(_LENGTH - 2, 0, -1)
    for number, original in enumerate(back, _LENGTH):
        os.link(folder / f'{original}.jpg', folder / f'{number}.jpg')
    return Clip(folder, [*boxes, *(boxes[original] for original in back)])

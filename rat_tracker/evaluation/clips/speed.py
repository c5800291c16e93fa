"""Clips to compare speed on where no data set is named: synthetic, 640×480."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene

_QUALITY = 95
_SCENES = {
    'smooth': {'speed': 4.0},
    'zoom and turn': {'speed': 3.0, 'zoom': 1.4, 'turn': 15.0},
    'light, noise and a double': {'speed': 3.0, 'light': 0.2, 'noise': 6.0, 'distractor': True},
}


def write_clips(folder: Path, length: int) -> list[Sequence]:
    """Write the clips as JPEG images, each in a folder of its own.

    :param length: frames of each
    """
    return [
        _write(folder / name, name, Scene(
            width=640, height=480, target_width=66, target_height=84, length=length,
            **changes))  # type: ignore[arg-type]
        for name, changes in _SCENES.items()]


def _write(folder: Path, name: str, scene: Scene) -> Sequence:
    folder.mkdir(parents=True)
    paths, boxes = [], []
    for number, frame in enumerate(render(scene)):
        paths.append(folder / f'{number:05}.jpg')
        content = cv2.imencode('.jpg', frame.image, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1]
        paths[-1].write_bytes(content.tobytes())
        boxes.append(frame.box.values)
    return Sequence(name, ImageFiles(tuple(paths)), np.array(boxes), origin=0.0)

"""A second clip made of the first: a camera that looks away from the rabbit and back.

It shows a part of each frame of the film, which it moves to the right until nothing of the rabbit
is left, and back after a while. The film is played forwards, backwards and forwards again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

from rat_tracker.evaluation.clips.video_writer import VideoWriter
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.video import open_video

START = 54  # frame of the film from which on the rabbit stands upright
_LENGTH = 220  # frames
_WIDTH, _HEIGHT = 640, 480  # pixels of the film that are shown
# Left edge of what is shown, in pixels of the film: (frame, edge).
_LEFT_EDGES = ((0, 160), (45, 160), (60, 640), (110, 640), (125, 160), (_LENGTH, 160))


def write_clip(film: Path, path: Path) -> None:
    """Write the clip.

    :raises VideoError: the film cannot be read
    """
    with closing(open_video(str(film))) as source:
        frames = list(source.frames())
        rate = source.rate
    with closing(VideoWriter(path, rate)) as clip:
        for frame in range(_LENGTH):
            clip.write(_shown(frames[_film_frame(frame, len(frames))], frame))


def references(film_length: int, film_boxes: Mapping[int, Box]) -> dict[int, Box]:
    """Return the boxes drawn on the film, for those frames of the clip that show all of them."""
    boxes = {}
    for frame in range(_LENGTH):
        box = film_boxes.get(_film_frame(frame, film_length))
        left = _left(frame)
        if box is not None and left <= box.x and box.x + box.width <= left + _WIDTH:
            boxes[frame] = Box(box.x - left, box.y, box.width, box.height)
    return boxes


def _film_frame(frame: int, length: int) -> int:
    """Return which frame of the film is shown: from START to the last one, back, and on again."""
    span = length - 1 - START
    turn, step = divmod(frame, span)
    return START + (step if turn % 2 == 0 else span - step)


def _left(frame: int) -> int:
    frames, edges = zip(*_LEFT_EDGES, strict=True)
    return round(float(np.interp(frame, frames, edges)))


def _shown(image: Image, frame: int) -> Image:
    left = _left(frame)
    return image[:_HEIGHT, left:left + _WIDTH]

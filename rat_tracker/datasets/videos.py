"""A folder of videos: ``clip.mp4``, and beside it ``clip.txt`` with x,y,width,height.

``clip.txt`` has one line, the target's box in the first frame, or one line for each frame. The top
left pixel is (0, 0), as everywhere in this project's own interfaces. 0,0,0,0 says that the target
is not to be seen in a frame; such a frame does not count.

A video that is cut off is refused, but in an MPEG stream, which does not say how long it is.

With one box only there is nothing to compare with: the video can be run, but no frame counts.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.dataset import Member
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import require_first_box
from rat_tracker.datasets.frames import VideoFile
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import read_boxes
from rat_tracker.datasets.text import read_lines

_SUFFIXES = ('.avi', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.webm')
_ORIGIN = 0.0


def recognises(folder: Path) -> bool:
    """Return whether a folder holds a video."""
    return bool(_videos(folder))


def members(folder: Path) -> list[Member]:
    """Return all videos of a folder; loading one decodes it once, to count its frames.

    Boxes whose video is not there are members that cannot be loaded.
    """
    videos = _videos(folder)
    names = {video.stem for video in videos}
    return [Member(video.stem, partial(_load_video, video)) for video in videos] + [
        Member(path.stem, partial(_refuse_boxes, path)) for path in contents(folder)
        if path.suffix == '.txt' and path.stem not in names and _begins_with_box(path)]


def _videos(folder: Path) -> list[Path]:
    return [path for path in contents(folder)
            if path.suffix.lower() in _SUFFIXES and is_file(path)]


def _begins_with_box(path: Path) -> bool:
    """Return whether a file begins with a box, as no notes and no list of names do."""
    try:
        return is_file(path) and len(read_lines(path)[0].numbers('a box')) == 4
    except (DatasetError, IndexError):
        return False


def _refuse_boxes(truth: Path) -> Sequence:
    raise DatasetError(f'{truth} has boxes, and there is no video {truth.stem} beside it; put it '
                       'there or remove the boxes')


def _read_truth(video: Path) -> Boxes:
    path = video.with_suffix('.txt')
    if not is_file(path):
        raise DatasetError(
            f'{video} has no box to start with; write x,y,width,height of the target in its first '
            f'frame into {path}')
    boxes = read_boxes(path, _ORIGIN)
    require_first_box(boxes, path)
    return boxes


def _load_video(video: Path) -> Sequence:
    boxes = _read_truth(video)  # first: decoding takes its time
    frames = VideoFile.open(video)
    if len(boxes) == 1 < len(frames):
        nothing = np.full((len(frames) - 1, 4), np.nan)
        return Sequence(video.stem, frames, np.vstack([boxes, nothing]), origin=_ORIGIN,
                        counted=np.zeros(len(frames), np.bool_))
    if len(boxes) != len(frames):
        raise DatasetError(
            f'{video.with_suffix(".txt")} has {len(boxes)} boxes and {video} {len(frames)} '
            'frames; write one box for the first frame, or one for each')
    shown = shows_target(boxes)
    return Sequence(
        video.stem, frames, boxes, origin=_ORIGIN, counted=None if shown.all() else shown,
        absent=None if shown.all() else ~shown)

"""The film played forth and back, so that it can go round without ever leaping."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from rat_tracker.evaluation.clips.video_writer import VideoWriter
from rat_tracker.video import open_video


def write_clip(film: Path, path: Path) -> None:
    """Write the film and, behind it, its frames from the last but one to the second.

    :raises VideoError: the film cannot be read
    """
    with closing(open_video(str(film))) as source:
        frames = list(source.frames())
        rate = source.rate
    with closing(VideoWriter(path, rate)) as clip:
        for frame in (*frames, *frames[-2:0:-1]):
            clip.write(frame)

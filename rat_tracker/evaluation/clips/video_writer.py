"""A video file that is written frame by frame."""

from __future__ import annotations

from pathlib import Path

import cv2

from rat_tracker.geometry import Image

# MPEG-4 part 2: the pip wheels of OpenCV hold no H.264 encoder, and VP9 takes 100 times as long.
_CODEC = 'mp4v'


class VideoWriter:
    """Opened with the first frame, which says how large all are.

    :param rate: frames per second
    """

    def __init__(self, path: Path, rate: float) -> None:
        self._path = path
        self._rate = rate
        self._writer: cv2.VideoWriter | None = None

    def write(self, image: Image) -> None:
        """Append a frame.

        :raises RuntimeError: the file cannot be written
        """
        if self._writer is None:
            height, width = image.shape[:2]
            self._writer = cv2.VideoWriter(
                str(self._path), cv2.VideoWriter.fourcc(*_CODEC), self._rate, (width, height))
            if not self._writer.isOpened():
                raise RuntimeError(f'{self._path} cannot be written as {_CODEC} video')
        self._writer.write(image)

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.release()

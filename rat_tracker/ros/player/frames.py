"""The frames of a video as a player publishes them: read when due, or all of them beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import itertools

import cv2

from rat_tracker.geometry import Image
from rat_tracker.video import Video
from rat_tracker.video import VideoError

_JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True, eq=False)
class ClipFrame:
    """One frame, and as JPEG if that was made already."""

    image: Image
    jpeg: bytes | None = None

    def compressed(self) -> bytes:
        """Return the frame as JPEG."""
        return to_jpeg(self.image) if self.jpeg is None else self.jpeg


def clip_frames(video: Video, *, loop: bool, preload: bool) -> Iterator[ClipFrame]:
    """Yield the frames of a video.

    :param loop: whether to begin again at its end, endlessly
    :param preload: read and compress them all before this returns, and keep them in memory
    :raises VideoError: a frame cannot be read, or a camera is to be read beforehand
    """
    if preload:
        if video.live:
            raise VideoError('a camera cannot be read beforehand; set preload to false')
        kept = [ClipFrame(image, to_jpeg(image)) for image in video.frames()]
        return itertools.cycle(kept) if loop else iter(kept)
    rounds = itertools.repeat(None) if loop else itertools.repeat(None, 1)
    return (ClipFrame(image) for _ in rounds for image in video.frames())


def to_jpeg(image: Image) -> bytes:
    """Return an image as JPEG of the quality that camera drivers use."""
    _, jpeg = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return jpeg.tobytes()

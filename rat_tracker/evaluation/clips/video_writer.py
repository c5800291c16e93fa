"""A video file that is written frame by frame."""

from __future__ import annotations

from contextlib import closing
from contextlib import ExitStack
from pathlib import Path

import cv2

from rat_tracker.geometry import Image
from rat_tracker.system.files import plain_path
from rat_tracker.system.pictures import silent_opencv
from rat_tracker.video import open_video
from rat_tracker.video import VideoError

# MPEG-4 part 2: the pip wheels of OpenCV hold no H.264 encoder, and VP9 takes 100 times as long.
_CODEC = 'mp4v'
LARGEST = 8191  # pixels a side, for which it has 13 bits


class VideoWriter:
    """Opened with the first frame, which says how large all are.

    Frames that are too large for the codec are made smaller. What goes wrong in between is told in
    the end: who writes a video may make other things of the same frames.

    :param rate: frames per second
    """

    def __init__(self, path: Path, rate: float) -> None:
        self._path = path
        self._rate = rate
        self._stack = ExitStack()
        self._writer: cv2.VideoWriter | None = None
        self._count = 0
        self._fault = ''
        self.size = (0, 0)  # of the frames in the file

    def write(self, image: Image) -> None:
        """Append a frame, as H×W×3 uint8 BGR."""
        if self._writer is None and not self._fault:
            self._open(image)
        if self._writer is not None:
            self._count += 1
            fitting = image if image.shape[1::-1] == self.size else cv2.resize(
                image, self.size, interpolation=cv2.INTER_AREA)
            with silent_opencv():
                self._writer.write(fitting)

    def close(self) -> None:
        """Finish the file.

        :raises VideoError: it could not be written, or not whole; there is none then
        """
        if self._writer is not None:
            with silent_opencv():
                self._writer.release()
            self._stack.close()
            self._fault = self._fault or self._loss()
            self._writer = None
        if self._fault:
            self._path.unlink(missing_ok=True)
            raise VideoError(f'{self._path} cannot be written: {self._fault}')

    def _open(self, image: Image) -> None:
        height, width = image.shape[:2]
        scale = min(LARGEST / max(width, height), 1.0)
        self.size = max(round(width * scale), 1), max(round(height * scale), 1)
        try:
            self._path.open('wb').close()  # which says why it cannot be, as OpenCV does not
            folder = self._stack.enter_context(plain_path(self._path.parent))
        except OSError as error:
            self._fault = error.strerror or str(error)
            return
        writer = cv2.VideoWriter(
            str(folder / self._path.name), cv2.VideoWriter.fourcc(*_CODEC), self._rate, self.size)
        if writer.isOpened():
            self._writer = writer
        else:
            self._fault = f'OpenCV cannot write {width}x{height} as {_CODEC}'
            self._stack.close()

    def _loss(self) -> str:
        """Return what is lost of the finished file, which OpenCV does not tell."""
        found = 0
        if _has_index(self._path):
            with closing(open_video(self._path)) as video:
                found = video.length or 0
        return '' if found == self._count else (
            f'{found} of {self._count} frames are in it; is there room for it?')


def _has_index(path: Path) -> bool:
    """Return whether an MP4 file has the part that is written last (ISO/IEC 14496-12)."""
    size, start = path.stat().st_size, 0
    with path.open('rb') as file:
        while start < size:
            file.seek(start)
            head = file.read(16)
            length = int.from_bytes(head[:4], 'big')
            if length == 1:  # it follows in 64 bits
                length = int.from_bytes(head[8:], 'big')
            if head[4:8] == b'moov':
                return start + length <= size
            if length < 8:
                return False
            start += length
    return False

"""Frames from a video file, a folder of images or a camera, one at a time.

    with closing(open_video('clip.mp4')) as video:
        for image in video.frames():
            ...

A frame is H×W×3 uint8 BGR, and all frames of a video have one size.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Image

FOLDER_RATE = 25.0  # Hz; images in a folder say nothing of their rate
CAMERA_RATE = 30.0  # Hz; for a driver that does not tell its own
_CAMERA = re.compile(r'/dev/video\d+')
_IMAGE_SUFFIXES = ('.bmp', '.jpeg', '.jpg', '.pgm', '.png', '.ppm', '.tif', '.tiff', '.webp')
_IMAGE_STARTS = (b'\xff\xd8\xff', b'\x89PNG\r\n\x1a\n', b'BM')  # JPEG, PNG, BMP


class VideoError(RuntimeError):
    """A video that is missing, empty, unreadable or changes its size; the message says which."""


class Video(Protocol):
    """What all sources of frames have in common."""

    @property
    def rate(self) -> float:
        """Frames per second."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""

    @property
    def length(self) -> int | None:
        """The number of frames, as far as it is known: None for a camera."""

    @property
    def live(self) -> bool:
        """Whether the next frame comes when it is made, not when it is asked for."""

    def frames(self) -> Iterator[Image]:
        """Yield the frames, from the first one again at each call unless the video is live.

        :raises VideoError: a frame cannot be read or has another size than the first one
        """

    def close(self) -> None:
        """Let go of the file or the camera."""


def open_video(source: str | Path) -> Video:
    """Open a video file, a folder of images or a camera (``/dev/video0``) and read a first frame.

    :raises VideoError: nothing is there or it cannot be read
    """
    name = str(source)
    path = Path(source)
    try:
        path.stat()
        if path.is_dir():
            return _Folder(path)
    except FileNotFoundError:
        raise VideoError(f'video {name} does not exist') from None
    except OSError as error:
        raise VideoError(f'video {name} cannot be read: {error.strerror}') from None
    return _Capture(name, live=_CAMERA.fullmatch(name) is not None)


def load_image(path: Path) -> Image:
    """Read one image.

    :raises VideoError: it is not there, not an image, or only a part of one
    """
    try:
        content = np.fromfile(path, np.uint8)
    except OSError as error:
        raise VideoError(f'image {path} cannot be read: {error.strerror}') from None
    image = _decode_image(content)
    if image is None:
        raise VideoError(f'image {path} ' + (
            'is cut off or damaged' if content.tobytes().startswith(_IMAGE_STARTS)
            else 'cannot be read'))
    return image


def _decode_image(content: npt.NDArray[np.uint8]) -> Image | None:
    # imread would fill what a JPEG lacks with grey; imdecode refuses it, and is as fast.
    try:
        return cv2.imdecode(content, cv2.IMREAD_COLOR)  # type: ignore[return-value]
    except cv2.error:  # nothing at all, or a size that no image has
        return None


class _Folder:
    """The images of a folder in the order of their names, numbers in them counted as numbers."""

    rate = FOLDER_RATE
    live = False

    def __init__(self, path: Path) -> None:
        self._paths = sorted(
            (file for file in path.iterdir() if file.suffix.lower() in _IMAGE_SUFFIXES),
            key=natural_order)
        if not self._paths:
            raise VideoError(
                f'folder {path} holds no image; looked for {", ".join(_IMAGE_SUFFIXES)}')
        height, width = load_image(self._paths[0]).shape[:2]
        self.size = width, height
        self.length = len(self._paths)

    def frames(self) -> Iterator[Image]:
        for path in self._paths:
            image = load_image(path)
            _require_size(image, self.size, str(path))
            yield image

    def close(self) -> None:
        """Nothing is held open."""


class _Capture:
    """A video file or a camera, read by OpenCV."""

    def __init__(self, name: str, live: bool) -> None:
        self._name = name
        self.live = live
        self._capture = self._open()
        first = self._read()
        if first is None:
            raise VideoError(
                f'camera {name} gives no image; is it in use by another program?' if live
                else f'{name} holds no frame that can be read')
        # What the container says of the size need not be what the decoder gives.
        height, width = first.shape[:2]
        self.size = width, height
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.rate = rate if 0 < rate < 1000 else CAMERA_RATE
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self.length = int(count) if count > 0 and not live else None
        self._first: Image | None = first

    def frames(self) -> Iterator[Image]:
        if self._first is None and not self.live:
            self._capture.release()
            self._capture = self._open()
        image, self._first = self._first, None
        number = 0
        while image is not None or (image := self._read()) is not None:
            _require_size(image, self.size, f'{self._name}, frame {number}')
            yield image
            image = None
            number += 1
        if self.live:
            raise VideoError(f'camera {self._name} stopped giving images; is it still connected?')

    def close(self) -> None:
        self._capture.release()

    def _open(self) -> cv2.VideoCapture:
        capture = (cv2.VideoCapture(self._name, cv2.CAP_V4L2) if self.live
                   else cv2.VideoCapture(self._name))
        if not capture.isOpened():
            raise VideoError(
                f'camera {self._name} cannot be opened; check the cable and your rights to it'
                if self.live else f'{self._name} cannot be opened as a video; is it whole?')
        return capture

    def _read(self) -> Image | None:
        found, image = self._capture.read()
        return image if found else None  # type: ignore[return-value]


def _require_size(image: Image, size: tuple[int, int], where: str) -> None:
    width, height = size
    if image.shape[:2] != (height, width):
        raise VideoError(
            f'{where} is {image.shape[1]}x{image.shape[0]}, and the first frame is '
            f'{width}x{height}; all frames need one size')


def natural_order(path: Path) -> list[tuple[int, str]]:
    """Order ``frame2`` before ``frame10``."""
    return [(int(digits), text) if digits else (-1, text)
            for digits, text in re.findall(r'(\d+)|(\D+)', path.name)]

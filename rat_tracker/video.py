"""Frames from a video file, a folder of images or a camera, one at a time.

    with closing(open_video('clip.mp4')) as video:
        for image in video.frames():
            ...

A frame is H×W×3 uint8 BGR, and all frames of a video have one size. Of a folder, images that
cannot be read are left out, and so are those of another size; ``faults`` names them.
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
from rat_tracker.system.files import is_leftover
from rat_tracker.system.files import is_lfs_pointer
from rat_tracker.system.files import lfs_remedy
from rat_tracker.system.shell import shell_path

FOLDER_RATE = 25.0  # Hz; images in a folder say nothing of their rate
CAMERA_RATE = 30.0  # Hz; for a driver that does not tell its own
_CAMERA = re.compile(r'/dev/video\d+')
_IMAGE_SUFFIXES = ('.bmp', '.jpeg', '.jpg', '.pgm', '.png', '.ppm', '.tif', '.tiff', '.webp')
_IMAGE_STARTS = (b'\xff\xd8\xff', b'\x89PNG\r\n\x1a\n', b'BM')  # JPEG, PNG, BMP


class VideoError(RuntimeError):
    """A video that is missing, empty, unreadable or changes its size; the message says which."""


class LfsPointerError(VideoError):
    """A file in place of which a pointer of Git LFS lies there; the message says how to get it."""


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

    @property
    def faults(self) -> list[str]:
        """Which frames were left out so far, and why; each is named once."""

    def frames(self) -> Iterator[Image]:
        """Yield the frames, from the first one again at each call unless the video is live.

        :raises VideoError: a video's frame changes its size, or a camera gives none
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
        raise _image_fault(path, content.tobytes())
    return image


def _image_fault(path: Path, content: bytes) -> VideoError:
    if content.startswith(_IMAGE_STARTS):
        return VideoError(f'image {path} is cut off or damaged')
    if is_lfs_pointer(content):
        return LfsPointerError(f'image {path} cannot be read: {lfs_remedy(path)}')
    return VideoError(
        f'image {path} cannot be read: it {"is no image" if content else "is empty"}')


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
            (file for file in path.iterdir()
             if file.suffix.lower() in _IMAGE_SUFFIXES and not is_leftover(file)),
            key=natural_order)
        if not self._paths:
            raise VideoError(
                f'folder {path} holds no image; looked for {", ".join(_IMAGE_SUFFIXES)}')
        self._faults: dict[Path, str] = {}
        first = next((image for image in map(self._load, self._paths) if image is not None), None)
        if first is None:
            raise VideoError(next(iter(self._faults.values())))
        height, width = first.shape[:2]
        self.size = width, height

    @property
    def length(self) -> int:
        return len(self._paths) - len(self._faults)

    @property
    def faults(self) -> list[str]:
        return list(self._faults.values())

    def frames(self) -> Iterator[Image]:
        for path in self._paths:
            image = self._load(path)
            if image is None:
                continue
            if fault := _size_fault(image, self.size):
                self._faults[path] = f'image {path} {fault}'
            else:
                yield image

    def close(self) -> None:
        """Nothing is held open."""

    def _load(self, path: Path) -> Image | None:
        """Return an image; None where it cannot be read."""
        try:
            return load_image(path)
        except VideoError as error:
            self._faults[path] = str(error)
            return None


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

    @property
    def faults(self) -> list[str]:
        return []

    def frames(self) -> Iterator[Image]:
        if self._first is None and not self.live:
            self._capture.release()
            self._capture = self._open()
        image, self._first = self._first, None
        number = 0
        while image is not None or (image := self._read()) is not None:
            if fault := _size_fault(image, self.size):
                raise VideoError(f'{self._name}, frame {number}, {fault}')
            yield image
            image = None
            number += 1
        if self.live:
            raise VideoError(f'camera {self._name} stopped giving images; is it still connected?')

    def close(self) -> None:
        self._capture.release()

    def _open(self) -> cv2.VideoCapture:
        if not self.live:
            return _open_file(Path(self._name))
        capture = cv2.VideoCapture(self._name, cv2.CAP_V4L2)
        if not capture.isOpened():
            raise VideoError(f'camera {self._name} cannot be opened; check the cable and your '
                             'rights to it')
        return capture

    def _read(self) -> Image | None:
        found, image = self._capture.read()
        return image if found else None  # type: ignore[return-value]


def _open_file(path: Path) -> cv2.VideoCapture:
    """Open a file whatever it is called.

    :raises VideoError: it cannot be read, or OpenCV knows no video in it
    """
    try:
        with path.open('rb') as file:
            start = file.read(64)
            if is_lfs_pointer(start):
                raise LfsPointerError(f'video {path} cannot be read: {lfs_remedy(path)}')
            # OpenCV ends the process on a name that is not UTF-8, and takes what stands before a
            # colon for a protocol.
            name = str(path.absolute())
            capture = cv2.VideoCapture(
                name if name.isascii() else f'/proc/self/fd/{file.fileno()}')
    except OSError as error:
        raise VideoError(f'video {path} cannot be read: {error.strerror}') from None
    if not capture.isOpened():
        if path.suffix in ('.db3', '.mcap'):
            raise VideoError(f'{path} is a bag, not a video; for bags there is `rat_tracker track '
                             f'{shell_path(path)} --box x,y,width,height`')
        raise VideoError(f'{path} cannot be opened as a video; '
                         + ('is it one, and whole?' if start else 'it is empty'))
    return capture


def _size_fault(image: Image, size: tuple[int, int]) -> str:
    """Return what is wrong with a frame's size; empty if nothing is."""
    width, height = size
    if image.shape[:2] == (height, width):
        return ''
    return (f'is {image.shape[1]}x{image.shape[0]}, and the first frame is {width}x{height}; all '
            'frames need one size')


def natural_order(path: Path) -> list[tuple[int, str]]:
    """Order ``frame2`` before ``frame10``."""
    return [(int(digits), text) if digits else (-1, text)
            for digits, text in re.findall(r'(\d+)|(\D+)', path.name)]

"""Pictures as files: whole ones or none, whatever their folder is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.system.files import write_whole

Picture = npt.NDArray[np.uint8]  # H×W×3 BGR, or H×W grey
# Pixels a side that OpenCV's encoders take; of a larger picture they complain on the terminal.
_LARGEST = {'.jpg': 65_500, '.png': 1_000_000}


class PictureError(RuntimeError):
    """A picture that cannot be encoded; the message says which and why."""


def encode_picture(picture: Picture, suffix: str, quality: int | None = None) -> bytes:
    """Return a picture as the content of a file.

    :param suffix: of the format, ``.jpg`` or ``.png``
    :param quality: of a JPEG, 0 to 100; None: as OpenCV has it
    :raises PictureError: the format holds no picture of this size
    """
    height, width = picture.shape[:2]
    limit = _LARGEST[suffix]
    if max(height, width) > limit:
        raise PictureError(f'a picture of {width}x{height} pixels is larger than {suffix} files '
                           f'can be, {limit} pixels a side')
    parameters = [] if quality is None else [cv2.IMWRITE_JPEG_QUALITY, quality]
    return cv2.imencode(suffix, picture, parameters)[1].tobytes()


def write_picture(path: Path, picture: Picture, quality: int | None = None) -> None:
    """Write a picture, in the format that the file's name ends with.

    :param quality: see ``encode_picture``
    :raises PictureError: the format holds no picture of this size
    :raises OSError: the file cannot be written; there is none then
    """
    write_whole(path, encode_picture(picture, path.suffix, quality))


@contextmanager
def silent_opencv() -> Iterator[None]:
    """Keep OpenCV's log off the terminal: who calls it says what fails."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)

"""One image as it came in, and the order of the stamps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rat_tracker.stamps import LATE
from rat_tracker.stamps import NANOSECONDS


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One image as it came in; nothing is decoded until the tracker asks for it."""

    sequence: int  # counts the images that came in, from 1
    stamp: int     # nanoseconds; 0 where the camera sets none
    message: Any
    size: int      # bytes


class LateImage(ValueError):
    """An image that is a little older than one that came before it."""


def jump_back(latest: int, stamp: int) -> float:
    """Return by how many seconds an image's stamp lies before the newest one; 0 if it does not.

    :param latest: nanoseconds, 0 while there was none
    :param stamp: nanoseconds, 0 where the image has none
    :raises LateImage: it is so little that the image only came late
    """
    jump = latest - stamp if stamp else 0
    if 0 < jump <= LATE:
        raise LateImage(f'image is {jump / NANOSECONDS:.3f} s older than the newest')
    return max(jump, 0) / NANOSECONDS

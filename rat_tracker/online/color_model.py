"""What colours a target has: they set it apart from distractors that have the same features.

The network was trained to see the same thing in any paint. Colours are compared by the
Bhattacharyya coefficient of their histograms, as in Comaniciu, Ramesh, Meer: Kernel-based object
tracking, IEEE PAMI 25 (2003). docs/state.md says what that is worth.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

_SIDE = 24  # what is in the box is resized to so many pixels each way
_READ = 2 * _SIDE  # rows and columns of a larger box that are read, or a few more
_BITS = 3  # of each channel: 8×8×8 colours
_MEMORY = 30  # frames over which everything is averaged

Shares = npt.NDArray[np.float64]  # of each colour; their sum is 1


class ColorModel:
    """A target's colour histogram as it was lately, and how much it usually varies.

    Light and movement change the colours of some targets more than those of others, so similarity
    is measured against this target's own past.

    :param image: H×W×3 uint8
    :param box: the target
    """

    def __init__(self, image: Image, box: Box) -> None:
        self._mean = color_shares(image, box)
        self._normal = 1.0
        self._frames = 1

    @property
    def memory_bytes(self) -> int:
        """The bytes of what is kept; they do not grow."""
        return self._mean.nbytes

    def similarity(self, image: Image, box: Box) -> float:
        """Return how similar the colours in a box are to the target's, in [0, 1].

        That is the Bhattacharyya coefficient of both histograms, divided by what it usually is
        from frame to frame; 1 stands for that and for all above it.

        :param box: its centre is in the image
        """
        return min(_bhattacharyya(self._mean, color_shares(image, box)) / self._normal, 1.0)

    def learn(self, image: Image, box: Box) -> None:
        """Count what is in a box as the target."""
        shares = color_shares(image, box)
        self._frames = min(self._frames + 1, _MEMORY)
        self._normal += (_bhattacharyya(self._mean, shares) - self._normal) / self._frames
        self._mean += (shares - self._mean) / self._frames


def color_shares(image: Image, box: Box) -> Shares:
    """Return the share of each colour in the part of a box that the image shows.

    :param image: H×W×3 uint8
    :param box: its centre is in the image
    """
    rows = _lines(box.y, box.height, image.shape[0])
    columns = _lines(box.x, box.width, image.shape[1])
    pixels = cv2.resize(image[rows, columns], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    levels = pixels.reshape(-1, 3).astype(np.intp) >> (8 - _BITS)
    colors = (levels[:, 0] << 2 * _BITS) | (levels[:, 1] << _BITS) | levels[:, 2]
    counts = np.bincount(colors, minlength=1 << 3 * _BITS)
    return counts / len(colors)


def _bhattacharyya(one: Shares, other: Shares) -> float:
    return float(np.sqrt(one * other).sum())


def _lines(start: float, size: float, end: int) -> slice:
    """Return the rows or columns from ``start`` on that lie inside of the image; at least one."""
    first = min(max(round(start), 0), end - 1)
    last = max(min(round(start + size), end), first + 1)
    return slice(first, last, max((last - first) // _READ, 1))

"""A picture and the objects that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as List
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import cv2
import numpy as np

from rat_tracker.datasets.dataset import Fault
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.frames import read_image
from rat_tracker.datasets.masks import Mask
from rat_tracker.datasets.masks import read_mask
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

# Polygons, each x, y, x, y, ... in pixels of the picture with origin 0.
Outline = tuple[tuple[float, ...], ...]
_FRACTION_BITS = 4  # of a pixel, in which OpenCV draws polygons


@dataclass(frozen=True, slots=True)
class StillObject:
    """An object in a picture.

    :param box: inside the picture
    :param label: the data set's name for its kind
    :param mask: which pixels show it: a file, or polygons that enclose them; None: not known
    :param truncated: whether the picture's edge cuts it off, where the data set says so
    """

    box: Box
    label: str
    mask: Path | Outline | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Still:
    """A picture with at least one object.

    :param group: the data set that it belongs to
    :param name: of its file, unlike all others of the group
    :param path: absolute
    :param width: pixels
    :param height: pixels
    """

    group: str
    name: str
    path: Path
    width: int
    height: int
    objects: tuple[StillObject, ...]

    def read(self) -> Image:
        """Read the picture, H×W×3 uint8 BGR.

        :raises DatasetError: it cannot be read, or has another size than it had
        """
        image = read_image(self.path)
        if image.shape[:2] != (self.height, self.width):
            raise DatasetError(f'image {self.path} is {image.shape[1]}x{image.shape[0]}, and its '
                               f'header says {self.width}x{self.height}; replace the file')
        return image

    def read_mask(self, index: int) -> Mask | None:
        """Read which pixels show an object, H×W bool; None if that is not known.

        :param index: of the object
        :raises DatasetError: the mask cannot be read, or has another size than the picture
        """
        mask = self.objects[index].mask
        if mask is None:
            return None
        if not isinstance(mask, Path):
            return _filled(mask, self.width, self.height)
        pixels = read_mask(mask)
        if pixels.shape != (self.height, self.width):
            raise DatasetError(f'mask {mask} is {pixels.shape[1]}x{pixels.shape[0]}, and its '
                               f'picture {self.width}x{self.height}; replace or remove it')
        return pixels


@dataclass(frozen=True, eq=False)
class Stills(List[Still]):
    """The pictures of a data set that can be used: as a list has them, in the files' order.

    :param layout: whose: tables, COCO, Pascal VOC or YOLO
    :param stills: at least one
    :param faults: pictures that cannot be used, and those of which boxes were left out
    :param left_out: boxes of usable pictures that cannot be used: empty, no numbers, outside
    :param clipped: boxes that reached over the picture's edge and end there now
    """

    layout: str
    stills: List[Still]
    faults: List[Fault] = ()
    left_out: int = 0
    clipped: int = 0

    def __len__(self) -> int:
        return len(self.stills)

    def __iter__(self) -> Iterator[Still]:
        return iter(self.stills)

    @overload
    def __getitem__(self, index: int) -> Still: ...

    @overload
    def __getitem__(self, index: slice) -> List[Still]: ...

    def __getitem__(self, index: int | slice) -> Still | List[Still]:
        return self.stills[index]


def _filled(outline: Outline, width: int, height: int) -> Mask:
    """Return the pixels that polygons enclose, those under their lines, too."""
    canvas = np.zeros((height, width), np.uint8)
    # To OpenCV whole numbers are the middles of pixels.
    corners = [np.rint((np.array(polygon).reshape(-1, 2) - 0.5) * (1 << _FRACTION_BITS)).astype(
        np.int32) for polygon in outline]
    for polygon in corners:
        cv2.fillPoly(canvas, [polygon], (1,), shift=_FRACTION_BITS)
    return canvas.astype(np.bool_)

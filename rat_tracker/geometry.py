"""Boxes in an image and the map between the image and the square patch that a network sees.

Coordinates are continuous pixel coordinates with the origin at the image's top left corner: pixel
``i`` covers the interval ``[i, i + 1)``, so a box that covers the whole of a 640×480 image is
``Box(0, 0, 640, 480)``.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]  # H×W×3, BGR
Patches = npt.NDArray[np.uint8]  # N×side×side×3, BGR: parts of images, as a network takes them

# A search region is at least so many times as long as the target.
_LEAST_MARGIN = 1.2


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box: left edge ``x``, top edge ``y``, ``width``, ``height``, in image pixels."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def from_center(
        cls, center_x: float, center_y: float, width: float, height: float,
    ) -> Box:
        """Return the box of this size around a centre."""
        return cls(center_x - width / 2, center_y - height / 2, width, height)

    @classmethod
    def parse(cls, text: str) -> Box:
        """Read ``x,y,width,height``.

        :raises ValueError: not four finite numbers, or width or height not above zero
        """
        try:
            x, y, width, height = (float(part) for part in text.split(','))
        except ValueError:
            raise ValueError(
                f'box {text!r} is not four numbers; write x,y,width,height in pixels') from None
        box = cls(x, y, width, height)
        box.require_valid()
        return box

    @property
    def center_x(self) -> float:
        return self.x + self.width / 2

    @property
    def center_y(self) -> float:
        return self.y + self.height / 2

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def values(self) -> tuple[float, float, float, float]:
        """``(x, y, width, height)``."""
        return self.x, self.y, self.width, self.height

    def intersection(self, other: Box) -> float:
        """Return the area that both boxes cover, in square pixels."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(width, 0.0) * max(height, 0.0)

    def overlap(self, other: Box) -> float:
        """Return intersection over union, in [0, 1]; 0 when both boxes are empty."""
        shared = self.intersection(other)
        union = self.area + other.area - shared
        # Rounding may put the intersection of equal boxes a little above their union.
        return min(shared / union, 1.0) if union > 0 else 0.0

    def require_valid(self) -> None:
        """Raise ``ValueError`` naming the fault unless the box is finite and not empty."""
        if not all(math.isfinite(value) for value in self.values):
            raise ValueError(f'box {self} has a coordinate that is not a finite number; '
                             'give all in pixels of the image')
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f'box {self} is empty; width and height must be above zero')

    def require_inside(self, image_width: int, image_height: int) -> None:
        """Raise ``ValueError`` unless the box is valid and of something that the image can show.

        Its centre lies inside the image, and it is neither larger than the image nor narrower or
        lower than one pixel. It may reach over the image's edge.
        """
        self.require_valid()
        if min(self.width, self.height) < 1:
            raise ValueError(f'box {self} is less than one pixel wide or high; draw a larger one')
        if self.width > image_width or self.height > image_height:
            raise ValueError(f'box {self} is larger than the {image_width}x{image_height} image; '
                             'draw it on this image')
        if not (0 <= self.center_x <= image_width and 0 <= self.center_y <= image_height):
            raise ValueError(
                f'box {self} has its centre outside the {image_width}x{image_height} image; '
                'draw it around something that the image shows')

    def __str__(self) -> str:
        return ','.join(f'{value:g}' for value in self.values)


@dataclass(frozen=True, slots=True)
class SearchRegion:
    """A part of the image that is resized to a square patch of ``patch_side`` pixels.

    ``left``, ``top``, ``width`` and ``height`` are whole pixels, so that cropping is a slice and
    the map between image and patch is exact.
    """

    left: int
    top: int
    width: int
    height: int
    patch_side: int

    @classmethod
    def around(
        cls, center_x: float, center_y: float, width: float, height: float, patch_side: int,
    ) -> SearchRegion:
        """Return the region nearest to this centre and size (at least one pixel each way)."""
        columns, rows = max(round(width), 1), max(round(height), 1)
        return cls(round(center_x - columns / 2), round(center_y - rows / 2), columns, rows,
                   patch_side)

    @property
    def box(self) -> Box:
        """The part of the image that the region covers; it may reach beyond the image."""
        return Box(self.left, self.top, self.width, self.height)

    def to_patch(self, box: Box) -> Box:
        """Map a box from image to patch pixels."""
        scale_x, scale_y = self.patch_side / self.width, self.patch_side / self.height
        return Box((box.x - self.left) * scale_x, (box.y - self.top) * scale_y,
                   box.width * scale_x, box.height * scale_y)

    def to_image(self, box: Box) -> Box:
        """Map a box from patch to image pixels."""
        scale_x, scale_y = self.width / self.patch_side, self.height / self.patch_side
        return Box(self.left + box.x * scale_x, self.top + box.y * scale_y,
                   box.width * scale_x, box.height * scale_y)

    def inside(self, image: Image) -> tuple[Image, int, int]:
        """Return the part of the image that the region shows, as a view.

        A region wholly outside shows the row or column, or the pixel, that is nearest to it.

        :return: the part, and how many rows below and columns behind the part's first pixel the
            region's first pixel lies (negative where the region reaches over the edge)
        """
        rows, columns = image.shape[:2]
        top, bottom = _clamped(self.top, self.top + self.height, rows)
        left, right = _clamped(self.left, self.left + self.width, columns)
        return image[top:bottom, left:right], self.top - top, self.left - left

    def crop(self, image: Image, out: Image | None = None) -> Image:
        """Return the patch, ``patch_side``×``patch_side``×3 uint8; outside pixels repeat the edge.

        Only the region is touched, never the whole image.

        :param out: where to write the patch, contiguous; a new array if it is not given
        """
        inside, top, left = self.inside(image)
        rows, columns = inside.shape[:2]
        padding = -top, self.height + top - rows, -left, self.width + left - columns
        if any(padding):
            # A region wholly outside has one row or column to repeat, and more padding than it
            # needs; the slice takes what belongs to the region.
            above, below, before, after = (max(pixels, 0) for pixels in padding)
            padded = cv2.copyMakeBorder(
                inside, above, below, before, after, cv2.BORDER_REPLICATE)
            inside = padded[:self.height, :self.width]  # type: ignore[assignment]
        return cv2.resize(  # type: ignore[return-value]
            inside, (self.patch_side, self.patch_side), dst=out, interpolation=cv2.INTER_LINEAR)


def region_size(box: Box, factor: float) -> tuple[float, float]:
    """Return width and height of the search region of a target.

    It is a square of ``factor`` times the target's side, but a long target still has some of its
    surroundings at both ends.
    """
    side = factor * math.sqrt(box.area)
    return max(side, _LEAST_MARGIN * box.width), max(side, _LEAST_MARGIN * box.height)


def require_image(image: object) -> tuple[int, int]:
    """Return the width and height of an image.

    :raises ValueError: it is not H×W×3 uint8
    """
    if not isinstance(image, np.ndarray):
        raise ValueError(f'an image must be an H×W×3 uint8 array, not {type(image).__name__}')
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        shape = '×'.join(str(size) for size in image.shape)
        raise ValueError(
            f'an image must be an H×W×3 uint8 array, not {shape} {image.dtype}')
    return image.shape[1], image.shape[0]


def _clamped(start: int, stop: int, size: int) -> tuple[int, int]:
    """Clip ``[start, stop)`` to ``[0, size)``, keeping at least one element."""
    first = min(max(start, 0), size - 1)
    return first, max(min(stop, size), first + 1)

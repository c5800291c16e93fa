"""From an image in the host's memory to the patch that a network sees, on its device.

``put`` takes a part of an image, ``patch`` makes the patch of it. On a GPU ``put`` uploads the
part as it is, once, and ``patch`` only enqueues work, always the same, so that it can be part of a
CUDA graph.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from rat_tracker.geometry import Image
from rat_tracker.geometry import SearchRegion

# The most that is uploaded of an image, in bytes: 512×512 pixels, or a patch. More is made smaller
# before.
_CAPACITY = 512 * 512 * 3
# What describes the part, before its pixels: six float32, and what fills the line.
_HEADER = 32


class Cropper(Protocol):
    """Makes patches for one network."""

    @property
    def memory_bytes(self) -> int:
        """The bytes of its buffers."""

    def put(self, image: Image, region: SearchRegion) -> None:
        """Take the region of an image; the patch of the one before is gone.

        :param image: H×W×3 uint8
        """

    def patch(self) -> Tensor:
        """Return the patch, 1×side×side×3 uint8 on the network's device."""


def create_cropper(side: int, device: torch.device) -> Cropper:
    """Return what makes side×side patches for networks on a device."""
    return DeviceCropper(side, device) if device.type == 'cuda' else HostCropper(side)


class HostCropper:
    """Crops and resizes on the CPU."""

    def __init__(self, side: int) -> None:
        self._patch = torch.empty((1, side, side, 3), dtype=torch.uint8)
        self._pixels = self._patch[0].numpy()

    @property
    def memory_bytes(self) -> int:
        return self._patch.nbytes

    def put(self, image: Image, region: SearchRegion) -> None:
        region.crop(image, out=self._pixels)

    def patch(self) -> Tensor:
        return self._patch


class DeviceCropper:
    """Crops on the CPU and resizes on the device, which may be any that torch knows.

    Pixels differ from those of ``HostCropper`` by one level at most: OpenCV rounds the weights of
    a pixel's neighbours to 11 bits. On a GPU ``put`` may be called again when something was waited
    for that was enqueued after the patch before: until then its part may still be on its way.
    """

    def __init__(self, side: int, device: torch.device) -> None:
        self._side = side
        self._capacity = max(_CAPACITY, 3 * side * side)
        size = _HEADER + self._capacity
        # From page-locked memory the GPU fetches the part while the host goes on.
        self._staged = torch.empty(size, dtype=torch.uint8, pin_memory=device.type == 'cuda')
        self._bytes = self._staged.numpy()
        self._numbers = self._bytes[:24].view(np.float32)
        self._sent = torch.zeros(size, dtype=torch.uint8, device=device)
        self._pixels = self._sent[_HEADER:].view(-1, 3)
        self._positions = torch.arange(side, dtype=torch.float32, device=device) + 0.5

    @property
    def memory_bytes(self) -> int:
        return self._staged.nbytes + self._sent.nbytes

    def put(self, image: Image, region: SearchRegion) -> None:
        inside, top, left = region.inside(image)
        rows, columns = region.height, region.width
        if inside.size > self._capacity:
            inside, top, left = region.crop(image), 0, 0
            rows = columns = self._side
        end = _HEADER + inside.size
        self._numbers[:] = (top, left, rows, columns, *inside.shape[:2])
        np.copyto(self._bytes[_HEADER:end].reshape(inside.shape), inside)
        self._sent[:end].copy_(self._staged[:end], non_blocking=True)

    def patch(self) -> Tensor:
        top, left, rows, columns, inside_rows, inside_columns = (
            self._sent[:24].view(torch.float32).unbind())
        above, below, dy = self._neighbours(rows, inside_rows, top)
        before, after, dx = self._neighbours(columns, inside_columns, left)
        width = inside_columns.long()
        upper, lower = (above * width)[:, None], (below * width)[:, None]
        dy, dx = dy[:, None, None], dx[:, None]
        top_line = torch.lerp(self._at(upper + before), self._at(upper + after), dx)
        bottom_line = torch.lerp(self._at(lower + before), self._at(lower + after), dx)
        patch = torch.lerp(top_line, bottom_line, dy)
        return patch.add_(0.5).to(torch.uint8)[None]

    def _neighbours(
        self, size: Tensor, inside: Tensor, offset: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return which two lines of the part each line of the patch lies between, and where.

        :param size: of the region, in pixels
        :param inside: how many of those the image has
        :param offset: of the region's first pixel from the part's first one
        """
        last = inside - 1
        positions = (self._positions * (size / self._side) - 0.5 + offset).clamp_min(0)
        # The region's edge is repeated where the image ends.
        positions = torch.minimum(positions, last)
        first = positions.floor()
        return first.long(), torch.minimum(first + 1, last).long(), positions - first

    def _at(self, cells: Tensor) -> Tensor:
        """Return the pixels of some cells as float32, with their three channels last."""
        return self._pixels.index_select(0, cells.flatten()).view(*cells.shape, 3).float()

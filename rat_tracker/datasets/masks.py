"""The masks of a sequence: which pixels of each frame show the target.

Beside the frames there may be ``<name>/mask/00001.png``, one picture a frame (255 the target, 0
all else, as in DAVIS), or ``<name>/masks.npz``: ``masks`` n×h×ceil(w/8) uint8, eight pixels a byte
as ``numpy.packbits(..., axis=2)`` writes them, and ``width``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
import zipfile

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import find_images
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.frames import read_image

Mask = npt.NDArray[np.bool_]  # H×W
_PICTURES = 'mask'
_PACKED = 'masks.npz'
_WHITE = 128  # from here on a pixel belongs to the target


class Masks(Protocol):
    """A mask for each frame, read when it is needed; can be sent to another process."""

    def __len__(self) -> int: ...

    def pick(self, indices: Collection[int]) -> dict[int, Mask]:
        """Read some of the masks, by the index of their frame from 0, each H×W bool.

        :raises DatasetError: a mask cannot be read
        """

    def first(self, count: int) -> Masks:
        """Return the masks of the first so many frames."""


@dataclass(frozen=True)
class MaskFiles:
    """A picture for each frame."""

    paths: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.paths)

    def pick(self, indices: Collection[int]) -> dict[int, Mask]:
        return {index: read_mask(self.paths[index]) for index in sorted(set(indices))}

    def first(self, count: int) -> MaskFiles:
        return MaskFiles(self.paths[:count])


@dataclass(frozen=True)
class PackedMasks:
    """One file for all frames, see above; it is read anew at each call."""

    path: Path
    count: int

    def __len__(self) -> int:
        return self.count

    def pick(self, indices: Collection[int]) -> dict[int, Mask]:
        try:
            with np.load(self.path) as file:
                packed, width = file['masks'], int(file['width'])
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            raise DatasetError(f'{self.path} holds no masks of n×h×w/8 bytes and their width; '
                               'replace or remove the file') from None
        if packed.dtype != np.uint8 or packed.ndim != 3 or len(packed) < self.count or (
                packed.shape[2] != -(-width // 8)):
            raise DatasetError(f'{self.path} holds {"×".join(map(str, packed.shape))} bytes for '
                               f'{self.count} masks of width {width}; replace or remove the file')
        return {index: np.unpackbits(packed[index], axis=1, count=width).astype(np.bool_)
                for index in sorted(set(indices))}

    def first(self, count: int) -> PackedMasks:
        return PackedMasks(self.path, min(count, self.count))


@dataclass(frozen=True)
class EveryNthMask:
    """The masks of ``rat_tracker.datasets.frames.EveryNth``."""

    masks: Masks
    step: int

    def __len__(self) -> int:
        return len(range(0, len(self.masks), self.step))

    def pick(self, indices: Collection[int]) -> dict[int, Mask]:
        picked = self.masks.pick([index * self.step for index in indices])
        return {index: picked[index * self.step] for index in sorted(set(indices))}

    def first(self, count: int) -> EveryNthMask:
        return EveryNthMask(self.masks.first(max((count - 1) * self.step + 1, 0)), self.step)


def find_masks(folder: Path, count: int) -> Masks | None:
    """Return the masks of a sequence's folder; None if there are none.

    :param count: frames of the sequence
    :raises DatasetError: there are more or fewer pictures of masks than frames
    """
    if is_folder(folder / _PICTURES):
        paths = find_images(folder / _PICTURES)
        if len(paths) != count:
            raise DatasetError(f'{folder / _PICTURES} has {len(paths)} masks for {count} frames; '
                               'there must be one for each frame, or none at all')
        return MaskFiles(paths)
    return PackedMasks(folder / _PACKED, count) if is_file(folder / _PACKED) else None


def read_mask(path: Path) -> Mask:
    """Read a picture of a mask: what is bright belongs to the object.

    :raises DatasetError: it is not an image, or a part of one
    """
    return np.asarray(read_image(path)[:, :, 0] >= _WHITE)

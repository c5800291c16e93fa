"""What is drawn from pictures: patches and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.masks import Mask
from rat_tracker.geometry import Image

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A search region as a network sees it, and where the target is in it.

    Coordinates are those of the patch: the origin is its top left corner, and pixel ``i`` covers
    ``[i, i + 1)``.

    :param pixels: side×side×3 uint8 BGR
    :param box: centre x, centre y, width, height of the target, float32; parts of it may lie
        outside of the patch. Zeros where it is not present
    :param expected: width and height of the target if it were as large as the tracker took it to
        be when it chose the region, float32
    :param present: whether the patch shows the target
    :param tight: whether the box ends where the target does, so that boxes can be learnt from it
    :param region_factor: side of the region, in sides of what the target was taken to be
    :param mask: side×side bool, which pixels show the target; None: not known
    """

    pixels: Image
    box: Numbers
    expected: Numbers
    present: bool
    tight: bool
    region_factor: float
    mask: Mask | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A template and a search patch.

    :param source: name of the group that the target comes from
    """

    template: Patch
    search: Patch
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A template and the search patches of frames in order, each around the target's last place.

    :param source: name of the group that the target comes from
    """

    template: Patch
    frames: tuple[Patch, ...]
    source: str

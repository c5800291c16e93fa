"""A recorded sequence: its frames, and what is known of its target."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.frames import EveryNth
from rat_tracker.datasets.frames import Frames
from rat_tracker.datasets.masks import EveryNthMask
from rat_tracker.datasets.masks import Masks

Flags = npt.NDArray[np.bool_]  # n, one for each frame
Polygon = npt.NDArray[np.float64]  # k×2, corners in image pixels with origin 0


@dataclass(frozen=True, eq=False)
class Sequence:
    """A recorded sequence.

    :param frames: n images
    :param boxes: n×4, image pixels with origin 0; a row that is not finite or has no area is a
        frame for which the data set gives no box. The first row always is a box.
    :param counted: frames that metrics are made of, by the rules of the data set's own benchmark;
        one that is counted and has no box is missed by every tracker. None: all of them
    :param absent: frames that the data set marks as not showing the target. None: it marks none
    :param origin: coordinates of the image's first pixel in this data set's files, 0 or 1
    :param attributes: the benchmark's names of what is difficult about the sequence
    :param polygons: n regions where the data set has them, without corners for frames that have
        none; ``boxes`` then are the boxes around them
    :param masks: the pixels of the target in each of the n frames where the data set has them
    """

    name: str
    frames: Frames
    boxes: Boxes
    counted: Flags | None = None
    absent: Flags | None = None
    origin: float = 1.0
    attributes: tuple[str, ...] = ()
    polygons: tuple[Polygon, ...] | None = None
    masks: Masks | None = None

    def counted_from(self, origin: float | None) -> Sequence:
        """Return the sequence as it is if its files count from another first pixel.

        :param origin: coordinates of the first pixel in the files; None for what the layout says
        """
        if origin is None or origin == self.origin:
            return self
        shift = self.origin - origin
        return replace(
            self, origin=origin, boxes=self.boxes + np.array([shift, shift, 0, 0]),
            polygons=None if self.polygons is None else tuple(
                polygon + shift for polygon in self.polygons))

    def require_readable(self) -> None:
        """Read the first image, to see before anything is measured whether there is one.

        :raises rat_tracker.datasets.DatasetError: it cannot be read
        """
        next(iter(self.frames))

    def first(self, count: int | None) -> Sequence:
        """Return the sequence's first frames; None for all of them."""
        if count is None or count >= len(self.frames):
            return self
        return replace(
            self, frames=self.frames.first(count), boxes=self.boxes[:count],
            counted=None if self.counted is None else self.counted[:count],
            absent=None if self.absent is None else self.absent[:count],
            polygons=None if self.polygons is None else self.polygons[:count],
            masks=None if self.masks is None else self.masks.first(count))

    def every(self, step: int) -> Sequence:
        """Return the first frame and every Nth after it, as a slower camera gives them.

        :param step: N, at least 1
        """
        if step == 1:
            return self
        return replace(
            self, frames=EveryNth(self.frames, step), boxes=self.boxes[::step],
            counted=None if self.counted is None else self.counted[::step],
            absent=None if self.absent is None else self.absent[::step],
            polygons=None if self.polygons is None else self.polygons[::step],
            masks=None if self.masks is None else EveryNthMask(self.masks, step))

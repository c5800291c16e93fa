"""Sequences in memory and runs by hand, for tests of VOT's experiment and metrics."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from dataclasses import dataclass
import math
from pathlib import Path

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.datasets.sequence import Polygon
from rat_tracker.evaluation.vot.metrics import Run
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

SIZE = (64, 48)
TARGET = Box(10, 10, 20, 20)
BESIDE = Box(40, 10, 20, 20)  # overlaps the target by 0


@dataclass(frozen=True)
class NumberedFrames:
    """Images whose brightness is their number."""

    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Image]:
        return map(numbered, range(self.count))

    def pick(self, indices: Collection[int]) -> dict[int, Image]:
        return {index: numbered(index) for index in indices}

    def first(self, count: int) -> NumberedFrames:
        return NumberedFrames(count)

    def signature(self) -> str:
        return str(self.count)


def numbered(index: int) -> Image:
    return np.full((SIZE[1], SIZE[0], 3), index, np.uint8)


def still_sequence(
    length: int, box: Box = TARGET, absent: Collection[int] = (),
    polygons: tuple[Polygon, ...] | None = None,
) -> Sequence:
    """Return a target that stays where it is; in some frames it has no box."""
    boxes = np.array([box.values] * length, np.float64)
    boxes[[*absent]] = np.nan
    return Sequence('still', NumberedFrames(length), boxes, origin=0.0, polygons=polygons)


def scripted(*parts: Code | tuple[float, int]) -> Run:
    """Return a run made of codes, which overlap by 0, and of overlaps that last for some frames.

    What the regions are does not matter to the metrics: only how much they overlap.
    """
    trajectory: list[Box | Polygon | Code] = []
    overlaps: list[float] = []
    for part in parts:
        overlap, count = (0.0, 1) if isinstance(part, Code) else part
        trajectory += [part if isinstance(part, Code) else TARGET] * count
        overlaps += [overlap] * count
    return Run(trajectory, np.array(overlaps))


def read_trajectory(path: Path) -> list[Box | Polygon | Code]:
    """Read a trajectory in the toolkit's text format: a region or a code in each line."""
    return [_read_region(line) for line in path.read_text(encoding='utf-8').splitlines()]


def _read_region(line: str) -> Box | Polygon | Code:
    values = [float(part) for part in line.split(',')]
    if len(values) == 1:
        return Code(int(values[0]))
    if any(math.isnan(value) for value in values):
        return Code.UNKNOWN
    return Box(*values) if len(values) == 4 else np.array(values).reshape(-1, 2)

"""Sequences and runs without images, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.sequence_run import SequenceRun

NO_BOX = (np.nan,) * 4

Row = tuple[float, float, float, float]


def box_rows(*rows: Row) -> Boxes:
    return np.array(rows, np.float64).reshape(-1, 4)


def sequence_of(
    boxes: Boxes, counted: Iterable[bool] | None = None, absent: Iterable[bool] | None = None,
    attributes: tuple[str, ...] = (), name: str = 'walk',
) -> Sequence:
    return Sequence(name, ImageFiles(()), boxes, _flags(counted), _flags(absent),
                    attributes=attributes)


def run_of(
    boxes: Boxes, scores: Iterable[float] | None = None,
    image_size: tuple[int, int] = (320, 240),
) -> SequenceRun:
    """Return a run; without scores all are 1."""
    values = np.ones(len(boxes)) if scores is None else np.array(list(scores), np.float64)
    return SequenceRun(boxes, values, np.full(len(boxes), 0.01), {}, image_size, 0, 0.0)


def _flags(flags: Iterable[bool] | None) -> npt.NDArray[np.bool_] | None:
    return None if flags is None else np.array(list(flags), bool)

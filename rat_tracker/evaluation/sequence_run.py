"""What came of one tracker on one sequence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import math

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.boxes import Boxes

Values = npt.NDArray[np.float64]  # n, one for each frame
States = npt.NDArray[np.int8]  # n, values of rat_tracker.target.State


@dataclass(frozen=True, eq=False)
class SequenceRun:
    """A tracker's results on a sequence, and what they took.

    :param boxes: n×4, image pixels with origin 0; the first one is the one that was given
    :param scores: n, in [0, 1]; 1 for the first frame, NaN for frames that were not worked on
    :param seconds: n, the duration of ``init`` and then of each ``track``, images being read
        outside the clock; NaN for frames that were not worked on
    :param stages: mean seconds per frame of each stage that the tracker reports
    :param image_size: width and height of the images in pixels
    :param peak_memory: bytes, most that the process took during the run
    :param cpu_seconds: the processor's time that ``track`` took in all threads of the process,
        user's and system's, with what others than this thread did between two calls
    :param states: n, of a tracker that ran as a ``rat_tracker.target.Target``; a frame that was
        not worked on has that of its box. None: it reported none
    """

    boxes: Boxes
    scores: Values
    seconds: Values
    stages: Mapping[str, float]
    image_size: tuple[int, int]
    peak_memory: int
    cpu_seconds: float
    states: States | None = None

    @property
    def init_seconds(self) -> float:
        return float(self.seconds[0])

    @property
    def fps(self) -> float:
        """Frames per second of ``track``; NaN if it was never called."""
        worked = self.seconds[1:][np.isfinite(self.seconds[1:])]
        return len(worked) / float(worked.sum()) if len(worked) else math.nan


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that could not be finished, and why."""

    reason: str

"""The metrics of the supervised experiment, VOT2013 to VOT2019, as vot-toolkit 0.7.4 makes them.

Kristan et al.: A novel performance evaluation methodology for single-target trackers, PAMI 2016;
and the toolkit's ``vot.analysis.supervised``, where it says more than the paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as List
from dataclasses import dataclass
import math
from statistics import fmean
from typing import TypeAlias

import numpy as np

from rat_tracker.evaluation.vot.overlap import overlaps
from rat_tracker.evaluation.vot.overlap import Values
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import Region
from rat_tracker.evaluation.vot.regions import Trajectory

_BURN_IN = 10  # frames from a start on that accuracy leaves out
_SENSITIVITY = 30.0  # the S of exp(-S·F/N)

Fragment: TypeAlias = tuple[Values, bool]  # overlaps from a start on; whether the target was kept


@dataclass(frozen=True, eq=False)
class Run:
    """A trajectory beside the truth.

    :param overlaps: one for each frame; 0 in a frame with a code
    """

    trajectory: Trajectory
    overlaps: Values

    @classmethod
    def compare(
        cls, trajectory: Trajectory, truth: List[Region], image_size: tuple[int, int],
    ) -> Run:
        """Measure the overlaps.

        :param image_size: width and height in pixels
        :raises ValueError: there are more frames in one than in the other
        """
        return cls(trajectory, overlaps(trajectory, truth, image_size))

    def __len__(self) -> int:
        return len(self.trajectory)


@dataclass(frozen=True, slots=True)
class VotMetrics:
    """How well a tracker did.

    :param accuracy: mean overlap where the tracker did not fail
    :param failures: in one sequence; of several, the mean weighted with their lengths
    :param robustness: exp(-S·failures / length), the chance to follow a target for S frames
    :param eao: expected average overlap; NaN where no target was followed for long enough
    """

    accuracy: float
    failures: float
    robustness: float
    eao: float


def vot_metrics(runs: Iterable[Run], eao_range: tuple[int, int]) -> VotMetrics:
    """Return a tracker's metrics over some sequences, each with one run.

    A sequence weighs as much as it has frames, those after failures included.

    :param eao_range: lengths in frames over which the expected overlap is averaged, both included;
        100 and 356 in VOT2017 and VOT2018, 108 and 371 in VOT2016, 46 and 291 in VOT2019
    """
    runs = list(runs)
    lengths = [len(run) for run in runs]
    failures = float(np.average(list(map(count_failures, runs)), weights=lengths))
    return VotMetrics(
        accuracy=float(np.average(list(map(accuracy, runs)), weights=lengths)),
        failures=failures,
        robustness=math.exp(-_SENSITIVITY * failures / fmean(lengths)),
        eao=eao(eao_curve(fragment for run in runs for fragment in fragments(run)), eao_range))


def accuracy(run: Run) -> float:
    """Return the mean overlap; 0 where no frame is left to count.

    Left out are failures, the frames without an answer after them, and the first frames after a
    start.
    """
    counts = np.array([not isinstance(entry, Code) for entry in run.trajectory])
    for start in _frames_of(run, Code.INITIALIZATION):
        counts[start:start + _BURN_IN] = False
    return float(run.overlaps[counts].mean()) if counts.any() else 0.0


def count_failures(run: Run) -> int:
    return len(_frames_of(run, Code.FAILURE))


def fragments(run: Run) -> list[Fragment]:
    """Return the stretches from each start to the frame before the failure, or to the end."""
    starts, ends = _frames_of(run, Code.INITIALIZATION), _frames_of(run, Code.FAILURE)
    found: list[Fragment] = [
        (run.overlaps[start:end], False) for start, end in zip(starts, ends, strict=False)]
    if len(starts) > len(ends):
        found.append((run.overlaps[starts[-1]:], True))
    return found


def eao_curve(all_fragments: Iterable[Fragment]) -> Values:
    """Return for each number of frames the mean overlap that is to be expected.

    Entry j is the mean, over fragments, of the mean overlap in frames 1 to j; the first frame,
    where the tracker was started, does not count. After a failure the overlap is 0 for ever; where
    a sequence ended, nobody knows, so that longer stretches leave the fragment out.
    """
    items = list(all_fragments)
    longest = max(len(values) for values, _ in items)
    total, known = np.zeros(longest), np.zeros(longest)
    steps = np.maximum(np.arange(longest), 1)
    for values, kept in items:
        padded = np.zeros(longest)
        padded[1:len(values)] = values[1:]
        until = len(values) if kept else longest
        total[:until] += (np.cumsum(padded) / steps)[:until]
        known[:until] += 1
    return total / known


def eao(curve: Values, eao_range: tuple[int, int]) -> float:
    """Return the mean of the curve from one length to another, both included.

    Where the curve ends before, so does the mean; NaN if it does not even reach the first one.
    """
    low, high = eao_range
    part = curve[low:high + 1]
    return float(part.mean()) if len(part) else math.nan


def _frames_of(run: Run, code: Code) -> list[int]:
    return [frame for frame, entry in enumerate(run.trajectory) if entry is code]

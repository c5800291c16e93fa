"""The figures of the supervised experiment, VOT2013 to VOT2019, as vot-toolkit 0.7.4 makes them.

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

from rat_tracker.evaluation.vot.overlap import Values
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.run import frames_after
from rat_tracker.evaluation.vot.run import Run

BURN_IN = 10  # frames from a start on that accuracy leaves out
SENSITIVITY = 30.0  # the S of exp(-S·F/N)
EAO_RANGE = (100, 356)  # VOT2017 and VOT2018; VOT2016: 108 to 371, VOT2019: 46 to 291

Repetitions: TypeAlias = List[Run]  # runs of one tracker on one sequence
Fragment: TypeAlias = tuple[Values, bool]  # overlaps from a start on; whether the target was kept


@dataclass(frozen=True, slots=True)
class SupervisedFigures:
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


def supervised_figures(
    sequences: Iterable[Repetitions], eao_range: tuple[int, int] = EAO_RANGE,
    sensitivity: float = SENSITIVITY, burn_in: int = BURN_IN,
) -> SupervisedFigures:
    """Return a tracker's figures over some sequences, each with one run or more.

    A sequence weighs as much as it has frames, those after failures included.
    """
    sequences = list(sequences)
    lengths = [len(runs[0]) for runs in sequences]
    failures = _weighted(
        [fmean(count_failures(run) for run in runs) for runs in sequences], lengths)
    return SupervisedFigures(
        accuracy=_weighted(
            [fmean(accuracy(run, burn_in) for run in runs) for runs in sequences], lengths),
        failures=failures,
        robustness=math.exp(-sensitivity * failures / fmean(lengths)),
        eao=eao(eao_curve(
            fragment for runs in sequences for run in runs for fragment in fragments(run)),
            eao_range))


def accuracy(run: Run, burn_in: int = BURN_IN) -> float:
    """Return the mean overlap; 0 where no frame is left to count.

    Left out are failures, the frames without an answer after them, and the first frames after a
    start.
    """
    counts = np.array([not isinstance(entry, Code) for entry in run.trajectory])
    counts[frames_after(run, Code.INITIALIZATION, burn_in)] = False
    return float(run.overlaps[counts].mean()) if counts.any() else 0.0


def count_failures(run: Run) -> int:
    return sum(entry is Code.FAILURE for entry in run.trajectory)


def fragments(run: Run) -> list[Fragment]:
    """Return the stretches from each start to the frame before the failure, or to the end."""
    starts = [frame for frame, entry in enumerate(run.trajectory)
              if entry is Code.INITIALIZATION]
    ends = [frame for frame, entry in enumerate(run.trajectory) if entry is Code.FAILURE]
    found: list[Fragment] = [
        (run.overlaps[start:end], False) for start, end in zip(starts, ends, strict=False)]
    if len(starts) > len(ends):
        found.append((run.overlaps[starts[-1]:], True))
    return found


def eao_curve(all_fragments: Iterable[Fragment]) -> Values:
    """Return for each number of frames the mean overlap that is to be expected.

    Entry j is the mean, over fragments, of the mean overlap in frames 1 to j; the first frame,
    where the tracker was told the truth, does not count. After a failure the overlap is 0 for
    ever; where a sequence ended, nobody knows, so that longer stretches leave the fragment out.
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


def _weighted(values: List[float], weights: List[int]) -> float:
    return float(np.average(values, weights=weights))

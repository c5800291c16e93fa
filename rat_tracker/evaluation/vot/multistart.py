"""The figures of the multistart experiment, VOT2020 to VOT2022, as vot-toolkit 0.7.4 makes them.

Kristan et al.: The Eighth Visual Object Tracking VOT2020 Challenge Results, ECCV workshops 2020;
and the toolkit's ``vot.analysis.multistart``, where it says more than the paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as List
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rat_tracker.evaluation.vot.overlap import Values
from rat_tracker.evaluation.vot.run import Run

FAILURE_OVERLAP = 0.1
GRACE = 10  # frames in a row with a failure's overlap until it is one
EAO_RANGE = (115, 755)  # VOT2020 to VOT2022

Runs: TypeAlias = List[Run]  # one from each anchor of a sequence


@dataclass(frozen=True, slots=True)
class MultistartFigures:
    """How well a tracker did.

    :param accuracy: mean overlap up to the failure; the first frame of a run counts as 0
    :param robustness: share of the frames up to the failure
    :param eao: expected average overlap
    """

    accuracy: float
    robustness: float
    eao: float


def multistart_figures(
    sequences: Iterable[tuple[int, Runs]], eao_range: tuple[int, int] = EAO_RANGE,
) -> MultistartFigures:
    """Return a tracker's figures over some sequences, each with its length and its runs.

    For accuracy a sequence weighs as much as it has frames up to failures, for robustness as much
    as it has frames, and for the expected overlap as much as it has runs.
    """
    overlap_sum = followed = robust = length_sum = 0.0
    curve = _Curve(eao_range[1])
    for length, runs in sequences:
        ends = [failure(run) for run in runs]
        overlap_sum += sum(float(run.overlaps[:end].sum())
                           for run, end in zip(runs, ends, strict=True))
        followed += sum(ends)
        robust += length * sum(ends) / sum(len(run) for run in runs)
        length_sum += length
        for run, end in zip(runs, ends, strict=True):
            curve.add(run.overlaps, end)
    return MultistartFigures(
        accuracy=overlap_sum / followed if followed else 0.0,
        robustness=robust / length_sum,
        eao=float(curve.values[eao_range[0]:].mean()))


def failure(run: Run) -> int:
    """Return the frame of a run with which the target was lost; the run's length if it never was.

    It is the first of ``GRACE`` frames in a row that overlap too little. The run's first frame,
    where the tracker was told the truth, is one of those; a frame without truth never is.
    """
    low = 0
    for frame, (value, region) in enumerate(zip(run.overlaps, run.truth, strict=True)):
        low = low + 1 if value <= FAILURE_OVERLAP and region is not None else 0
        if low == GRACE:
            return frame + 1 - GRACE
    return len(run)


class _Curve:
    """Expected average overlap for each number of frames.

    Entry j is the mean, over runs, of the mean overlap in frames 1 to j. After a failure the
    overlap is 0; longer than a run without failure nobody knows. From the end of a failed run on,
    the toolkit divides by j - 1 where it should by j. Lengths that no run has are 0.
    """

    def __init__(self, size: int) -> None:
        self._total, self._known = np.zeros(size), np.zeros(size)

    def add(self, overlaps: Values, end: int) -> None:
        size = len(self._total)
        values = overlaps.copy()
        values[end:] = 0
        values[0] = 0
        inside = min(len(values), size)
        sums = np.cumsum(values)
        self._total[1:inside] += sums[1:inside] / np.arange(1, inside)
        self._known[1:inside] += 1
        if end < len(values):
            self._total[inside:] += sums[-1] / (np.arange(inside, size) - 1)
            self._known[inside:] += 1

    @property
    def values(self) -> Values:
        return np.divide(
            self._total, self._known, out=np.zeros_like(self._total), where=self._known > 0)

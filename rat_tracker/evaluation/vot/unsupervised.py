"""The figures of the unsupervised experiment as vot-toolkit 0.7.4 makes them.

See its ``vot.analysis.accuracy``.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as List
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from rat_tracker.evaluation.vot.overlap import Values
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.run import frames_after
from rat_tracker.evaluation.vot.run import Run

BURN_IN = 10  # the toolkit's own default, in VOT2017 to VOT2019; later years count from frame 1 on
THRESHOLDS = np.linspace(0, 1, 100)

Repetitions: TypeAlias = List[Run]  # runs of one tracker on one sequence


@dataclass(frozen=True, slots=True)
class UnsupervisedFigures:
    """How well a tracker did.

    :param accuracy: mean overlap; a sequence weighs as much as it has frames
    :param success: mean over 100 thresholds from 0 to 1 of the share of frames with more overlap,
        every sequence weighing the same; this is not OTB's figure, see ``success``
    """

    accuracy: float
    success: float


def unsupervised_figures(
    sequences: Iterable[Repetitions], burn_in: int = BURN_IN,
) -> UnsupervisedFigures:
    """Return a tracker's figures over some sequences, each with one run or more.

    :param burn_in: frames from the start on that accuracy leaves out
    """
    sequences = list(sequences)
    accuracies = [fmean(accuracy(run, burn_in) for run in runs) for runs in sequences]
    curves = [np.mean([success(run) for run in runs], axis=0) for runs in sequences]
    return UnsupervisedFigures(
        float(np.average(accuracies, weights=[len(runs[0]) for runs in sequences])),
        float(np.mean(curves)))


def accuracy(run: Run, burn_in: int = BURN_IN) -> float:
    """Return the mean overlap; 0 where no frame is left to count."""
    counts = _counted(run, burn_in)
    return float(run.overlaps[counts].mean()) if counts.any() else 0.0


def success(run: Run) -> Values:
    """Return for each threshold the share of frames with a larger overlap.

    At the last threshold, 1, an overlap of 1 is enough. The first frame counts, with an overlap
    of 0: so it is in the toolkit, where no tracker gets beyond (n - 1) / n.
    """
    values = run.overlaps[_counted(run, 0)]
    above = values[:, None] > THRESHOLDS
    above[:, -1] = values >= 1
    return np.asarray(above.mean(axis=0))


def _counted(run: Run, burn_in: int) -> npt.NDArray[np.bool_]:
    """Leave out frames without truth or answer, and the first ones."""
    counts = np.array([
        region is not None and entry is not Code.UNKNOWN and entry is not Code.FAILURE
        for entry, region in zip(run.trajectory, run.truth, strict=True)])
    counts[frames_after(run, Code.INITIALIZATION, burn_in)] = False
    return counts

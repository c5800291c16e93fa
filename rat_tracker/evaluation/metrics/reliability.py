"""Whether a tracker is right as often as its score says, and knows when the target is gone.

Frames that were not worked on have no score and are left out, and so are the first frames, whose
boxes the tracker was given. A tracker is right where its box overlaps the true one by more than
0.5, and it is not where the data set marks the target as absent. Frames of which nothing is known
are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
import math

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.sequence import Flags
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.metrics.bootstrap import interval_of
from rat_tracker.evaluation.metrics.bootstrap import resamples
from rat_tracker.evaluation.metrics.overlap import overlaps
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.sequence_run import SequenceRun

RIGHT_OVERLAP = 0.5  # a larger overlap is right
LOST_SCORE = 0.5  # with a smaller score the tracker says that the target is lost
_EDGES = np.linspace(0, 1, 11)


@dataclass(frozen=True, slots=True)
class Bin:
    """Frames with a score above ``low``, up to and with ``high``; the first one holds 0, too."""

    low: float
    high: float
    count: int
    mean_score: float  # NaN where there is no frame
    share_right: float  # NaN where there is no frame


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well scores say how often a tracker is right; NaN where there is no frame.

    ``calibration_error`` is the expected calibration error of Guo et al. (ICML 2017) over ten bins
    of equal width, 0 to 1: the mean over the frames of how far their bin's mean score is from its
    share right. ``brier`` is the mean squared distance of the score from 1 where the tracker is
    right, from 0 where it is not; telling right from wrong frames improves it, too.
    """

    bins: tuple[Bin, ...]
    count: int
    calibration_error: float
    brier: float


@dataclass(frozen=True, slots=True)
class LostDetection:
    """How well low scores say that the target is not in the image; counts of frames."""

    absent: int
    reported_lost: int
    absent_and_reported_lost: int

    @property
    def precision(self) -> float:
        """Share of the frames reported as lost in which the target is absent."""
        return _ratio(self.absent_and_reported_lost, self.reported_lost)

    @property
    def recall(self) -> float:
        """Share of the frames with an absent target that are reported as lost."""
        return _ratio(self.absent_and_reported_lost, self.absent)


def judged_frames(runs: Iterable[tuple[Sequence, SequenceRun]]) -> tuple[Values, Flags]:
    """Return the scores of the frames of which something is known, and where a box is right."""
    judged = [_judged(sequence, run) for sequence, run in runs]
    return (np.concatenate([np.empty(0), *(scores for scores, _ in judged)]),
            np.concatenate([np.empty(0, bool), *(right for _, right in judged)]))


def reliability(runs: Iterable[tuple[Sequence, SequenceRun]]) -> Reliability:
    """Compare a tracker's scores with how often it is right, all its sequences in one pool."""
    return reliability_of(*judged_frames(runs))


def calibration_interval(runs: Iterable[tuple[Sequence, SequenceRun]]) -> Interval:
    """Return the calibration error over all frames with its interval over the sequences.

    A mean of distances from zero grows with what is drawn by chance, so the interval leans upwards
    and may lie above the error where sequences are few.
    """
    judged = [(scores, right) for scores, right in (_judged(*pair) for pair in runs)
              if len(scores)]
    if not judged:
        return interval_of(math.nan, np.empty(0), 0)
    # Of each sequence and bin, how many more boxes are right than the scores say.
    gaps = np.array([np.bincount(_bin_numbers(scores), right - scores, len(_EDGES) - 1)
                     for scores, right in judged])
    counts = np.array([len(scores) for scores, _ in judged], np.float64)
    drawn = resamples(len(judged))
    return interval_of(
        float(np.abs(gaps.sum(axis=0)).sum() / counts.sum()),
        np.abs(drawn @ gaps).sum(axis=1) / (drawn @ counts), len(judged))


def reliability_of(scores: Values, right: Flags) -> Reliability:
    """Compare scores with where a tracker is right; see ``judged_frames``."""
    numbers = _bin_numbers(scores)
    bins = tuple(
        _bin(float(low), float(high), scores[numbers == number], right[numbers == number])
        for number, (low, high) in enumerate(pairwise(_EDGES)))
    gaps = [one.count * abs(one.share_right - one.mean_score) for one in bins if one.count]
    return Reliability(
        bins, len(scores), _ratio(math.fsum(gaps), len(scores)), _mean((scores - right) ** 2))


def lost_detection(runs: Iterable[tuple[Sequence, SequenceRun]]) -> LostDetection | None:
    """Compare low scores with absence where a data set marks it; None if it nowhere does."""
    marked = [(sequence.absent[1:], run.scores[1:]) for sequence, run in runs
              if sequence.absent is not None]
    if not marked:
        return None
    absent = np.concatenate([absent for absent, _ in marked])
    scores = np.concatenate([scores for _, scores in marked])
    worked = np.isfinite(scores)
    absent, lost = absent[worked], scores[worked] < LOST_SCORE
    return LostDetection(int(absent.sum()), int(lost.sum()), int((absent & lost).sum()))


def _judged(sequence: Sequence, run: SequenceRun) -> tuple[Values, Flags]:
    """Return the scores of the frames of which something is known, and where it is right."""
    absent = np.zeros(len(sequence.boxes), bool) if sequence.absent is None else sequence.absent
    right = (overlaps(run.boxes, sequence.boxes) > RIGHT_OVERLAP) & ~absent
    judged = np.isfinite(run.scores) & (shows_target(sequence.boxes) | absent)
    judged[:1] = False
    return run.scores[judged], right[judged]


def _bin_numbers(scores: Values) -> npt.NDArray[np.intp]:
    return np.digitize(scores, _EDGES[1:-1], right=True)


def _bin(low: float, high: float, scores: Values, right: Flags) -> Bin:
    return Bin(low, high, len(scores), _mean(scores), _mean(right))


def _mean(values: Values | Flags) -> float:
    return float(values.mean()) if len(values) else math.nan


def _ratio(part: float, whole: int) -> float:
    return part / whole if whole else math.nan

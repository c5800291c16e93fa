"""What came of the turns of a contest, tracker by tracker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from statistics import median

import numpy as np

from rat_tracker.evaluation.metrics.figures import Figures
from rat_tracker.evaluation.metrics.figures import figures
from rat_tracker.evaluation.metrics.figures import mean_figures
from rat_tracker.evaluation.performance.contest import Turn


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, and the lowest and highest of them."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        values = list(values)
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Standing:
    """One tracker's figures.

    :param fps: frames per second of each round, all its sequences together
    :param cpu_seconds: per 1,000 frames, of each round
    :param p50_ms: over the frames of all rounds, as ``p99_ms``
    :param init_ms: mean of all starts
    :param accuracy: of the first round; the others answer the same
    :param peak_bytes: most that its process took while it followed a target
    """

    tracker: str
    fps: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    p50_ms: float
    p99_ms: float
    init_ms: float
    accuracy: Figures
    peak_bytes: int

    def ratio_to(self, other: Standing) -> Spread:
        """Compare the speed with that of another tracker in the same round."""
        return Spread.of(mine / its for mine, its in zip(self.fps, other.fps, strict=True))


def standings(turns: Iterable[Turn]) -> list[Standing]:
    """Return the figures of each tracker, in the order of their first turns."""
    by_tracker: defaultdict[str, list[Turn]] = defaultdict(list)
    for turn in turns:
        by_tracker[turn.tracker].append(turn)
    return [_standing(name, turns) for name, turns in by_tracker.items()]


def _standing(name: str, turns: list[Turn]) -> Standing:
    laps: defaultdict[int, list[Turn]] = defaultdict(list)
    for turn in turns:
        laps[turn.lap].append(turn)
    seconds = {lap: _seconds(turns) for lap, turns in laps.items()}
    p50, p99 = np.percentile(_seconds(turns), (50, 99))
    return Standing(
        name, tuple(len(each) / float(each.sum()) for each in seconds.values()),
        tuple(sum(turn.cpu_seconds for turn in laps[lap]) / len(each) * 1e3
              for lap, each in seconds.items()),
        float(p50) * 1e3, float(p99) * 1e3,
        fmean(turn.run.init_seconds for turn in turns) * 1e3,
        mean_figures((turn.sequence, figures(turn.sequence, turn.run)) for turn in laps[0]),
        max(turn.run.peak_memory for turn in turns))


def _seconds(turns: list[Turn]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the duration of every frame after the first of each sequence."""
    return np.concatenate([turn.run.seconds[1:] for turn in turns])

"""Which film strips the page has room for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.report.moments import known_overlaps
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.strips import make_strips
from rat_tracker.evaluation.report.strips import Strip
from rat_tracker.evaluation.running.runner import SequenceRun

LIMIT = 120  # strips; each takes about 50 kB of the page


@dataclass(frozen=True)
class Reel:
    """The strips of a sequence.

    :param problem: why there are none, if its images cannot be read any more
    """

    sequence: str
    strips: list[Strip]
    problem: str = ''


@dataclass(frozen=True)
class Gallery:
    """The strips of all sequences, and how many runs had no room."""

    reels: list[Reel]
    left_out: int


def make_gallery(results: Results, limit: int = LIMIT) -> Gallery:
    """Make strips: first of each sequence's worst run, then of the worst of all others."""
    runs = {(tracker, sequence.name): (sequence, run)
            for tracker in results.totals for sequence, run in results.runs(tracker)}
    worst_first = sorted(runs, key=lambda key: _level(*runs[key]))
    worst_of_each: dict[str, tuple[str, str]] = {}
    for tracker, name in worst_first:
        worst_of_each.setdefault(name, (tracker, name))
    shown = list(dict.fromkeys([*worst_of_each.values(), *worst_first]))[:limit]
    reels = []
    for sequence in results.sequences:
        # In the order of the trackers, as everywhere on the page.
        wanted = {tracker: runs[tracker, sequence.name][1] for tracker in results.totals
                  if (tracker, sequence.name) in shown}
        if wanted:
            reels.append(_reel(sequence, wanted))
    return Gallery(reels, len(runs) - len(shown))


def _reel(sequence: Sequence, runs: Mapping[str, SequenceRun]) -> Reel:
    try:
        return Reel(sequence.name, make_strips(sequence, runs))
    except DatasetError as error:
        # Somebody took the images away since they were tracked on: the figures still stand.
        return Reel(sequence.name, [], str(error))


def _level(sequence: Sequence, run: SequenceRun) -> float:
    """Return a run's mean overlap, or its mean score without true boxes; infinite if unknown."""
    overlaps = known_overlaps(sequence, run)
    values = overlaps if np.isfinite(overlaps[1:]).any() else run.scores
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.inf

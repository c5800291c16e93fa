"""Which tracker is better, and how sure that is: differences of means with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as List
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.metrics.bootstrap import mean_interval
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.report.summary import Row

NO_DIFFERENCE = 'no difference'
_SHOWN = 10  # pairs that are all shown; of more, those with the first tracker


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much one tracker is better than another over the sequences that both finished."""

    tracker: str
    other: str
    auc: Interval
    precision_20: Interval

    @property
    def pair(self) -> str:
        return f'{self.tracker} − {self.other}'


def differences(
    rows: Mapping[tuple[str, str], Row], trackers: List[str], sequences: List[str],
) -> list[Difference]:
    """Compare each pair of trackers, sequence by sequence.

    :param rows: by name of the tracker and of the sequence, for all pairs of them
    """
    def values(tracker: str) -> tuple[Values, Values]:
        own = [rows[tracker, sequence] for sequence in sequences]
        return np.array([row.auc for row in own]), np.array([row.precision_20 for row in own])
    found = {tracker: values(tracker) for tracker in trackers}
    return [
        Difference(tracker, other, *(
            mean_interval(one - two)
            for one, two in zip(found[tracker], found[other], strict=True)))
        for tracker, other in combinations(trackers, 2)]


def shown(every: List[Difference]) -> list[Difference]:
    """Return the pairs that a reader can take in: up to ten, else those with the first tracker."""
    if len(every) <= _SHOWN:
        return list(every)
    return [one for one in every if one.tracker == every[0].tracker]


def interval_text(interval: Interval) -> str:
    """Write an interval as ``0.61 to 0.74``; nothing where there is none."""
    return f'{interval.low:.3f} to {interval.high:.3f}' if interval.is_known else ''


def difference_text(interval: Interval, before: str = ' ') -> str:
    """Write a difference with its interval, and ``NO_DIFFERENCE`` where that holds zero.

    :param before: what stands between both
    """
    if not interval.count:
        return 'not known'
    if not interval.is_known:
        return f'{interval.value:+.3f}{before}(one sequence)'
    reading = '' if interval.excludes_zero else f', {NO_DIFFERENCE}'
    return f'{interval.value:+.3f}{reading}{before}({interval.low:+.3f} to {interval.high:+.3f})'

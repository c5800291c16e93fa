"""``intervals.csv``: how far each tracker's figures, and their differences, can be believed."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence as List
import csv
from pathlib import Path

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.metrics.bootstrap import mean_interval
from rat_tracker.evaluation.metrics.presence import presence
from rat_tracker.evaluation.metrics.presence import presence_intervals
from rat_tracker.evaluation.metrics.reliability import calibration_interval
from rat_tracker.evaluation.report.differences import Difference
from rat_tracker.evaluation.report.differences import NO_DIFFERENCE
from rat_tracker.evaluation.report.summary import Row
from rat_tracker.evaluation.sequence_run import SequenceRun

_COLUMNS = ('tracker', 'minus', 'metric', 'sequences', 'value', 'low', 'high', 'reads')


def own_intervals(
    rows: Iterable[Row], runs: List[tuple[Sequence, SequenceRun]],
) -> dict[str, Interval]:
    """Return the intervals of a tracker's figures, by their columns in ``summary.csv``.

    :param rows: the tracker's lines, one for each sequence
    :param runs: what it finished
    """
    rows = list(rows)
    states = (presence(*pair) for pair in runs)
    return {'auc': mean_interval(np.array([row.auc for row in rows])),
            'precision_20': mean_interval(np.array([row.precision_20 for row in rows])),
            'ece': calibration_interval(runs),
            **presence_intervals(one for one in states if one is not None)}


def write_intervals(
    path: Path, own: Mapping[str, Mapping[str, Interval]], between: Iterable[Difference],
) -> None:
    """Write a line for each metric of each tracker, and then of each pair of trackers.

    :param own: the intervals by name of the tracker and of the metric
    """
    with path.open('w', newline='', encoding='utf-8', errors='backslashreplace') as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for tracker, intervals in own.items():
            for metric, interval in intervals.items():
                if not interval.count:
                    continue
                writer.writerow([tracker, '', metric, *_cells(interval), ''])
        for one in between:
            for metric, interval in (('auc', one.auc), ('precision_20', one.precision_20)):
                writer.writerow([
                    one.tracker, one.other, metric, *_cells(interval), _reading(interval)])


def _cells(interval: Interval) -> list[str]:
    return [str(interval.count),
            *(f'{value:.4f}' for value in (interval.value, interval.low, interval.high))]


def _reading(difference: Interval) -> str:
    if not difference.is_known:
        return 'not known'
    if not difference.excludes_zero:
        return NO_DIFFERENCE
    return 'better' if difference.value > 0 else 'worse'

"""The answer in a few sentences, before any table."""

from __future__ import annotations

import math

from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.texts import counted
from rat_tracker.evaluation.report.texts import number


def verdict(results: Results) -> list[str]:
    """Say who follows best and who is fastest; only means over all sequences are compared."""
    complete = [tracker for tracker, may in zip(
        results.totals, results.comparable(), strict=True) if may]
    if not complete:
        return ['No tracker finished every sequence, so there is no best one.']
    return [*_accuracy(results, complete), *_speed(results, complete)]


def _accuracy(results: Results, trackers: list[str]) -> list[str]:
    success = {tracker: results.totals[tracker].auc for tracker in trackers}
    ranked = sorted((tracker for tracker in trackers if math.isfinite(success[tracker])),
                    key=lambda tracker: -success[tracker])
    if not ranked:
        return ['The data set has no true boxes after the first frames: how well targets were '
                'followed is not known.']
    best = ranked[0]
    if len(ranked) == 1:
        return [f'{best} has a success (AUC) of {number(success[best], 3)}.']
    second = ranked[1]
    count = len(results.benchmark.sequences)
    return [
        f'{best} follows best: its success (AUC) is {number(success[best], 3)}, that of the next, '
        f'{second}, is {number(success[second], 3)}.',
        f'On {results.wins(best)} of {counted(count, "sequence")} no other is better.',
    ]


def _speed(results: Results, trackers: list[str]) -> list[str]:
    speed = {tracker: results.totals[tracker].fps for tracker in trackers
             if math.isfinite(results.totals[tracker].fps)}
    if not speed:
        return []
    said = ', '.join(f'{tracker} {number(speed[tracker], 0)}'
                     for tracker in sorted(speed, key=lambda tracker: -speed[tracker]))
    return [f'Frames per second on this machine: {said}.']

"""The answer in a few sentences, before any table."""

from __future__ import annotations

from collections.abc import Iterator
import math

from rat_tracker.evaluation.report.differences import difference_text
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.texts import counted
from rat_tracker.evaluation.report.texts import number


def verdict(results: Results) -> list[str]:
    """Say who follows best, over sequences that all trackers finished, and who is fastest."""
    if not results.shared():
        return ['There is no sequence that all trackers finished, so none is called the best.']
    return [*_accuracy(results), *_speed(results)]


def _accuracy(results: Results) -> list[str]:
    success = results.shared_success()
    ranked = sorted((tracker for tracker in success if math.isfinite(success[tracker])),
                    key=lambda tracker: -success[tracker])
    if not ranked:
        return ['The data set has no true boxes after the first frames: how well targets were '
                'followed is not known.']
    best, shared = ranked[0], results.shared()
    scope = '' if len(shared) == len(results.sequences) else (
        f' over the {counted(len(shared), "sequence")} that every tracker finished')
    if len(ranked) == 1:
        return [f'The success (AUC) of {best}{scope} is {number(success[best], 3)}.']
    return [
        f'{best} follows best{scope}: its success (AUC) is {number(success[best], 3)}, that of '
        f'the next, {ranked[1]}, is {number(success[ranked[1]], 3)}.',
        f'On {results.wins(best)} of {counted(len(shared), "sequence")} no other is better.',
        *_certainty(results, {best, ranked[1]}),
    ]


def _certainty(results: Results, pair: set[str]) -> Iterator[str]:
    """Say whether the best one is shown to be better than the next."""
    for one in results.differences:
        if {one.tracker, one.other} == pair and one.auc.is_known:
            yield f'The difference in success: {one.pair} is {difference_text(one.auc)}.'


def _speed(results: Results) -> list[str]:
    speed = {tracker: row.fps for tracker, row in results.totals.items()
             if math.isfinite(row.fps)}
    if not speed:
        return []
    summary = ', '.join(f'{tracker} {number(speed[tracker], 0)}'
                        for tracker in sorted(speed, key=lambda tracker: -speed[tracker]))
    return [f'Frames per second: {summary}.']

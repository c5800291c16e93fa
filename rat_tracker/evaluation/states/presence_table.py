"""A row for each recorded sequence: what was said where the box missed the target."""

from __future__ import annotations

from collections.abc import Mapping

from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.metrics.presence import Loss
from rat_tracker.evaluation.metrics.presence import Presence
from rat_tracker.evaluation.metrics.presence import presence_intervals
from rat_tracker.evaluation.metrics.presence import RATE
from rat_tracker.evaluation.metrics.presence import together

PRESENCE_HEADS = (
    'sequence', 'boxes that miss', 'of these TRACKING', 'right boxes', 'of these TRACKING',
    'of these LOST', 'lasting losses', 'told within 0.5 s', 'the others')


def presence_rows(found: Mapping[str, Presence]) -> list[list[str]]:
    """Return the cells of all rows, in the order of ``PRESENCE_HEADS``.

    Last come the row of all sequences, whose shares are of all frames together, and that of the
    intervals over the sequences.

    :param found: by name of the sequence, one at least
    """
    every = list(found.values())
    intervals = presence_intervals(every)
    return [*(_row(name, one) for name, one in found.items()),
            _row(f'all ({len(every)})', together(every)),
            ['95 % interval', '', _interval(intervals['missed_tracking']),
             '', _interval(intervals['right_tracking']), _interval(intervals['right_lost']),
             '', _interval(intervals['losses_told']), '']]


def _row(name: str, one: Presence) -> list[str]:
    count = len(one.losses)
    return [
        name, str(one.missed), _share(one.missed_tracking, one.missed),
        str(one.right), _share(one.right_tracking, one.right), _share(one.right_lost, one.right),
        str(count), f'{one.told_in_time}/{count}' if count else '',
        ', '.join(map(_late, one.late))]


def _late(loss: Loss) -> str:
    if loss.told_after is None:
        return f'never in {loss.frames / RATE:.1f} s'
    return f'after {loss.told_after / RATE:.1f} s'


def _share(part: int, whole: int) -> str:
    return f'{part / whole:.1%}' if whole else ''


def _interval(interval: Interval) -> str:
    return f'{interval.low:.1%} to {interval.high:.1%}' if interval.is_known else ''

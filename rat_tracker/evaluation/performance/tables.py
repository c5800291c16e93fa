"""The tables that compare trackers."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
import math

from rat_tracker.evaluation.performance.markdown import markdown_table
from rat_tracker.evaluation.performance.standing import Spread
from rat_tracker.evaluation.performance.standing import Standing

_REFERENCE = 'opencv:csrt'


def speed_section(found: Sequence[Standing]) -> str:
    """Return the table of speed and accuracy, and what its ranges are."""
    reference = _reference(found)
    rounds = len(found[0].fps)
    return '\n'.join((
        _table(found, {
            'frames per second': lambda one: _spread(Spread.of(one.fps), 1),
            f'ratio to {reference.tracker}': lambda one: _spread(one.ratio_to(reference), 2),
            'p50, ms': lambda one: f'{one.p50_ms:.2f}',
            'p99, ms': lambda one: f'{one.p99_ms:.2f}',
            'init, ms': lambda one: f'{one.init_ms:.1f}',
            'success (AUC)': lambda one: _figure(one.accuracy.auc),
            'precision, 20 px': lambda one: _figure(one.accuracy.precision_20),
        }), '',
        f'Medians of {rounds} rounds, the lowest and the highest in brackets; ratios are those '
        'of the same round.' if rounds > 1 else 'One round.'))


def cost_section(found: Sequence[Standing]) -> str:
    """Return the table of memory and of the processor's time."""
    return _table(found, {
        'peak memory, MB': lambda one: f'{one.peak_bytes / 1e6:.0f}',
        'CPU s / 1,000 frames': lambda one: _spread(Spread.of(one.cpu_seconds), 2),
    })


def _reference(found: Sequence[Standing]) -> Standing:
    """Return the tracker whose speed is 1: CSRT if it is there."""
    return next((one for one in found if one.tracker == _REFERENCE), found[-1])


def _table(
    found: Sequence[Standing], lines: dict[str, Callable[[Standing], str]],
) -> str:
    return markdown_table(
        ('', *(f'`{one.tracker}`' for one in found)),
        [(name, *(text(one) for one in found)) for name, text in lines.items()])


def _spread(values: Spread, digits: int) -> str:
    text = f'{values.median:.{digits}f}'
    if values.low == values.high:
        return text
    return f'{text} ({values.low:.{digits}f}–{values.high:.{digits}f})'


def _figure(value: float) -> str:
    return '–' if math.isnan(value) else f'{value:.3f}'

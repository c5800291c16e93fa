"""What a benchmark shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import math
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rat_tracker.evaluation.metrics.bootstrap import Interval
    from rat_tracker.evaluation.report.differences import Difference
    from rat_tracker.evaluation.report.summary import Row
    from rat_tracker.evaluation.running.rounds import Speed
    from rat_tracker.evaluation.running.rounds import Spread

ALL = 'ALL'
# Row's field, what it is called, digits.
_MEANS = (
    ('auc', 'mean AUC', 3),
    ('precision_20', 'precision, 20 px', 3),
    ('norm_precision', 'normalised precision', 3),
    ('ao', 'average overlap', 3),
    ('sr_50', 'overlap above 0.5', 3),
    ('sr_75', 'overlap above 0.75', 3),
    ('fps', 'frames/s', 1),
    ('worked', 'frames worked on', 3),
    ('init_ms', 'init, ms', 1),
    ('peak_memory_mb', 'memory, MB', 0),
    ('ece', "score's calibration error", 3),
    ('lost_precision', 'LOST precision', 3),
    ('lost_recall', 'LOST recall', 3),
    ('missed_tracking', 'boxes that miss: TRACKING', 3),
    ('right_tracking', 'right boxes: TRACKING', 3),
    ('right_lost', 'right boxes: LOST', 3),
    ('losses', 'lasting losses', 0),
    ('losses_told', 'told within 0.5 s', 3),
)


def results_table(rows: Iterable[Row], intervals: Mapping[str, Mapping[str, Interval]]) -> Table:
    """Show the success of each tracker on each sequence, and below it the means.

    :param intervals: by name of the tracker and of the metric
    """
    from rat_tracker.evaluation.report.differences import interval_text  # noqa: PLC0415
    rows = list(rows)
    names = list(dict.fromkeys(row.tracker for row in rows))
    lines: dict[str, list[Row]] = {}
    for row in rows:
        lines.setdefault(row.sequence, []).append(row)
    means = lines.pop(ALL)
    table = Table(title='success (AUC, at most 0.952)')
    table.add_column('sequence')
    for name in names:
        table.add_column(Text(name), justify='right')
    for sequence, line in lines.items():
        table.add_row(Text(sequence), *(
            'failed' if row.status != 'ok' else _text(row.auc, 3) for row in line))
    table.add_section()
    for field, label, digits in _MEANS:
        values = [getattr(row, field) for row in means]
        if not all(math.isnan(value) for value in values):
            table.add_row(label, *(_text(value, digits) for value in values))
        texts = [interval_text(intervals[name][field]) for name in names
                 if field in intervals[name]]
        if any(texts):
            table.add_row('  95 % interval', *texts)
    return table


def difference_table(differences: Sequence[Difference]) -> Table:
    """Show the pairs of trackers that a reader can take in, and whether they differ."""
    from rat_tracker.evaluation.report.differences import difference_text  # noqa: PLC0415
    from rat_tracker.evaluation.report.differences import shown  # noqa: PLC0415
    pairs = shown(differences)
    left_out = len(differences) - len(pairs)
    table = Table(
        title='differences of means, 95 % intervals over sequences',
        caption=f'{left_out} pairs more are in intervals.csv' if left_out else None)
    for header in ('', 'sequences', 'mean AUC', 'precision, 20 px'):
        table.add_column(header, justify='right' if header else 'left')
    for one in pairs:
        table.add_row(Text(one.pair), str(one.auc.count), difference_text(one.auc, '\n'),
                      difference_text(one.precision_20, '\n'))
    return table


def speed_table(speeds: Sequence[Speed], rounds: int) -> Table:
    """Show what the trackers took that took turns."""
    table = Table(title=f'speed in {rounds} rounds: median (lowest–highest)')
    table.add_column('')
    for one in speeds:
        table.add_column(Text(one.tracker), justify='right')
    for label, text in {
        'frames/s': lambda one: _spread(one.fps, 1),
        f'ratio to {speeds[0].reference}': lambda one: _spread(one.ratio, 2),
        'p50, ms': lambda one: _text(one.p50_ms, 2),
        'p99, ms': lambda one: _text(one.p99_ms, 2),
        'CPU s / 1,000 frames': lambda one: _text(one.cpu_seconds, 2),
        'memory, MB': lambda one: _text(one.peak_memory / 1e6, 0),
    }.items():
        table.add_row(label, *map(text, speeds))
    return table


def failures(rows: Iterable[Row]) -> list[str]:
    """Say what could not be finished and why, a line for each run."""
    return [f'{row.tracker} on {row.sequence} {row.status}' for row in rows
            if row.status != 'ok' and row.sequence != ALL]


def _spread(values: Spread, digits: int) -> str:
    if values.low == values.high:
        return _text(values.median, digits)
    return (f'{_text(values.median, digits)} '
            f'({_text(values.low, digits)}–{_text(values.high, digits)})')


def _text(value: float, digits: int) -> str:
    return '–' if math.isnan(value) else f'{value:.{digits}f}'

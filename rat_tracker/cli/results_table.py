"""What a benchmark shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
import math
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rat_tracker.evaluation.report.summary import Row

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
    ('lost_precision', 'said lost rightly', 3),
    ('lost_recall', 'losses that were said', 3),
)


def results_table(rows: Iterable[Row]) -> Table:
    """Show the success of each tracker on each sequence, and below it the means."""
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
    return table


def failures(rows: Iterable[Row]) -> list[str]:
    """Say what could not be finished and why, a line for each run."""
    return [f'{row.tracker} on {row.sequence} {row.status}' for row in rows
            if row.status != 'ok' and row.sequence != ALL]


def _text(value: float, digits: int) -> str:
    return '–' if math.isnan(value) else f'{value:.{digits}f}'

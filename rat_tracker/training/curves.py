"""How a training went, as a table and as a picture.

A row of the history is a validation: ``step``, ``rate``, ``loss_<part>`` (mean over the steps
since the row before), ``held_back_loss_<part>``, and the recipe's figures by their own names.
"""

from __future__ import annotations

from collections.abc import Sequence
import csv
from io import StringIO
from pathlib import Path

from rat_tracker.evaluation.report.plotting import as_png
from rat_tracker.evaluation.report.plotting import legend_below
from rat_tracker.evaluation.report.plotting import line
from rat_tracker.evaluation.report.plotting import new_figure
from rat_tracker.evaluation.report.plotting import plot_styles
from rat_tracker.evaluation.report.plotting import plotting
from rat_tracker.system.files import write_whole

Row = dict[str, float]

LOSS, HELD_BACK_LOSS = 'loss_', 'held_back_loss_'
PICTURE, TABLE = 'curves.png', 'log.csv'
_PANEL_HEIGHT = 1.9  # inches


def write_curves(folder: Path, history: Sequence[Row]) -> None:
    """Write the table and the picture; before the first validation there is nothing to write.

    :raises OSError: one of them cannot be written
    """
    if not history:
        return
    text = StringIO()
    writer = csv.DictWriter(text, list(history[0]), lineterminator='\n')
    writer.writeheader()
    writer.writerows({name: f'{value:.6g}' for name, value in row.items()} for row in history)
    write_whole(folder / TABLE, text.getvalue())
    write_whole(folder / PICTURE, draw_curves(history))


def draw_curves(history: Sequence[Row]) -> bytes:
    """Return a PNG with a panel for each part of the loss and for each figure, over the steps."""
    parts = [name.removeprefix(LOSS) for name in history[0] if name.startswith(LOSS)]
    figures = [name for name in history[0] if name not in ('step', 'rate')
               and not name.startswith((LOSS, HELD_BACK_LOSS))]
    panels = {f'loss: {part}': [LOSS + part, HELD_BACK_LOSS + part] for part in parts}
    panels |= {name: [name] for name in figures}
    steps = [row['step'] for row in history]
    learnt, held = plot_styles(('learnt from', 'held back')).items()
    with plotting():
        figure = new_figure(_PANEL_HEIGHT * len(panels), 2)
        axes = figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
        for axis, (title, names) in zip(axes, panels.items(), strict=True):
            axis.set(title=title)
            for name in names:
                style = (learnt if name.startswith(LOSS) else held)[1]
                axis.add_line(line(style, steps, [row[name] for row in history],
                                   marked=len(steps) == 1))
            axis.autoscale_view()
        axes[-1].set(xlabel='step')
        legend_below(figure, [line(style) for _, style in (learnt, held)],
                     [name for name, _ in (learnt, held)], 'pairs')
        return as_png(figure)

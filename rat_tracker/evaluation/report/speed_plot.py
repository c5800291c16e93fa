"""Accuracy against speed: up is more accurate, right is faster."""

from __future__ import annotations

import math

from matplotlib.ticker import FuncFormatter
from matplotlib.ticker import LogLocator
from matplotlib.ticker import NullFormatter
import numpy as np

from rat_tracker.evaluation.report.plotting import finish
from rat_tracker.evaluation.report.plotting import legend_below
from rat_tracker.evaluation.report.plotting import new_figure
from rat_tracker.evaluation.report.plotting import Plot
from rat_tracker.evaluation.report.plotting import point
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.texts import number

_CAMERA = 30.0  # frames per second that most cameras give


def speed_plot(results: Results) -> Plot | None:
    """Draw a point for each tracker; None where none has both metrics."""
    points = {tracker: (row.fps, row.auc) for tracker, row in results.totals.items()
              if math.isfinite(row.fps) and math.isfinite(row.auc)}
    if not points:
        return None
    ranked = sorted(points, key=lambda tracker: -points[tracker][1])
    figure = new_figure(3.3, len(ranked) + 1)
    speeds = [fps for fps, _ in points.values()]
    axes = figure.add_subplot(
        title='Accuracy against speed', xlabel='frames per second', ylabel='success (AUC)',
        xscale='log', xlim=(min(*speeds, _CAMERA) / 1.6, max(*speeds, _CAMERA) * 1.6),
        ylim=(0, 1), yticks=np.linspace(0, 1, 6))
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f'{value:g}'))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.axvline(_CAMERA, color='#777777', linewidth=1)
    axes.annotate(' a camera: 30', (_CAMERA, 0.02), color='#555555', fontsize=9)
    for tracker in ranked:
        fps, auc = points[tracker]
        axes.add_line(point(results.styles[tracker], [fps], [auc]))
    legend_below(
        figure, [point(results.styles[tracker]) for tracker in ranked],
        [f'{number(points[tracker][1], 3)}, {number(points[tracker][0], 0)} fps  {tracker}'
         for tracker in ranked], 'AUC, frames per second')
    summary = ', '.join(f'{tracker} {number(auc, 3)} at {number(fps, 1)} frames per second'
                        for tracker, (fps, auc) in points.items())
    return finish('speed', f'Success against speed: {summary}.', figure)

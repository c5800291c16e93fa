"""Success, precision and normalised precision: the mean over the sequences of each curve."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
import math

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.metrics.curves import mean_curve
from rat_tracker.evaluation.metrics.curves import norm_precision_curve
from rat_tracker.evaluation.metrics.curves import NORM_PRECISION_THRESHOLDS
from rat_tracker.evaluation.metrics.curves import precision_curve
from rat_tracker.evaluation.metrics.curves import PRECISION_THRESHOLDS
from rat_tracker.evaluation.metrics.curves import success_curve
from rat_tracker.evaluation.metrics.curves import SUCCESS_THRESHOLDS
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.report.plotting import finish
from rat_tracker.evaluation.report.plotting import legend_below
from rat_tracker.evaluation.report.plotting import line
from rat_tracker.evaluation.report.plotting import new_figure
from rat_tracker.evaluation.report.plotting import Plot
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.summary import Row
from rat_tracker.evaluation.report.texts import number
from rat_tracker.evaluation.sequence_run import SequenceRun


@dataclass(frozen=True)
class _Kind:
    name: str
    title: str
    thresholds: Values
    across: str  # what the thresholds are
    up: str  # what the frames are counted for
    metric: str  # what a curve is summed up by
    curve: Callable[[Sequence, SequenceRun], Values]
    value: Callable[[Row], float]
    mark: float | None = None  # the threshold of the metric, where it is one point of the curve


_KINDS = (
    _Kind('success', 'Success', SUCCESS_THRESHOLDS,
          'overlap threshold', 'share of frames above it', 'area under the curve', success_curve,
          lambda row: row.auc),
    _Kind('precision', 'Precision', PRECISION_THRESHOLDS,
          'centre error threshold, pixels', 'share of frames within it', 'precision at 20 pixels',
          precision_curve, lambda row: row.precision_20, mark=20),
    _Kind('norm_precision', 'Normalised precision', NORM_PRECISION_THRESHOLDS,
          'centre error threshold, sizes of the target', 'share of frames within it',
          'area under the curve', norm_precision_curve, lambda row: row.norm_precision),
)


def curve_plots(results: Results) -> Iterator[Plot]:
    """Draw the three plots; none where no tracker has a metric."""
    for kind in _KINDS:
        values = {tracker: kind.value(row) for tracker, row in results.totals.items()}
        ranked = sorted((tracker for tracker in values if math.isfinite(values[tracker])),
                        key=lambda tracker: -values[tracker])
        if ranked:
            yield _plot(results, kind, [(tracker, values[tracker]) for tracker in ranked])


def _plot(results: Results, kind: _Kind, ranked: list[tuple[str, float]]) -> Plot:
    figure = new_figure(3.3, len(ranked) + 1)
    axes = figure.add_subplot(
        title=kind.title, xlabel=kind.across, ylabel=kind.up,
        xlim=(0, kind.thresholds[-1]), ylim=(0, 1), yticks=np.linspace(0, 1, 6))
    if kind.mark is not None:
        axes.axvline(kind.mark, color='#777777', linewidth=1)
    # The best one is drawn last, on top.
    for tracker, _ in reversed(ranked):
        curve = mean_curve([kind.curve(*pair) for pair in results.runs(tracker)])
        axes.add_line(line(results.styles[tracker], kind.thresholds, curve))
    legend_below(
        figure, [line(results.styles[tracker]) for tracker, _ in ranked],
        [f'{number(value, 3)}  {tracker}' for tracker, value in ranked], kind.metric)
    summary = ', '.join(f'{tracker} {number(value, 3)}' for tracker, value in ranked)
    return finish(
        kind.name, f'{kind.title} plot. {kind.metric.capitalize()}: {summary}.', figure)

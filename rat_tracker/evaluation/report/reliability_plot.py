"""Whether scores can be believed: how often a tracker is right, by what score it gave."""

from __future__ import annotations

import numpy as np

from rat_tracker.evaluation.metrics.reliability import Bin
from rat_tracker.evaluation.metrics.reliability import Reliability
from rat_tracker.evaluation.metrics.reliability import reliability
from rat_tracker.evaluation.report.plotting import finish
from rat_tracker.evaluation.report.plotting import legend_below
from rat_tracker.evaluation.report.plotting import line
from rat_tracker.evaluation.report.plotting import new_figure
from rat_tracker.evaluation.report.plotting import Plot
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.texts import number

FEW = 20  # a point of fewer frames than this says little and is drawn hollow
_GROUP = 0.85  # of a bin's width is covered with bars


def reliability_plot(results: Results) -> Plot | None:
    """Draw the curve of each tracker over a histogram of its scores; None without true boxes."""
    found = {tracker: reliability(results.runs(tracker)) for tracker in results.totals}
    known = {tracker: each for tracker, each in found.items() if each.count}
    if not known:
        return None
    ranked = sorted(known, key=lambda tracker: known[tracker].calibration_error)
    figure = new_figure(4.6, len(ranked) + 1)
    upper, lower = figure.subplots(2, sharex=True, height_ratios=(3, 1))
    upper.set(title='Reliability of the score',
              ylabel='share of boxes that\noverlap by more than 0.5', xlim=(0, 1),
              ylim=(-0.02, 1.02), yticks=np.linspace(0, 1, 6))
    upper.plot([0, 1], [0, 1], color='#777777', linewidth=1)
    lower.set(xlabel='score', ylabel='frames')
    for index, tracker in enumerate(known):
        style = results.styles[tracker]
        bins = [one for one in known[tracker].bins if one.count]
        upper.add_line(line(style, *_points(bins)))
        for face, part in (('white', [one for one in bins if one.count < FEW]),
                           (style.color, [one for one in bins if one.count >= FEW])):
            upper.scatter(*_points(part), s=36, marker=style.marker, facecolor=face,
                          edgecolor=style.color, zorder=3, clip_on=False)
        every = known[tracker].bins
        width = _GROUP * (every[0].high - every[0].low) / len(known)
        middles = [(one.low + one.high) / 2 for one in every]
        lower.bar(np.add(middles, (index - (len(known) - 1) / 2) * width),
                  [one.count for one in every], width, color=style.color)
    legend_below(
        figure, [line(results.styles[tracker], marked=True) for tracker in ranked],
        [f'{number(known[tracker].calibration_error, 3)}  {tracker}' for tracker in ranked],
        'expected calibration error')
    return finish('reliability', _caption(known), figure)


def _points(bins: list[Bin]) -> tuple[list[float], list[float]]:
    return [one.mean_score for one in bins], [one.share_right for one in bins]


def _caption(known: dict[str, Reliability]) -> str:
    errors = ', '.join(f'{tracker} {number(each.calibration_error, 3)}'
                       for tracker, each in known.items())
    return ('Share of boxes that overlap the true one by more than 0.5, by score. '
            f'Expected calibration error: {errors}.')

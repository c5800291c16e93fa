"""Which tracker is better: the difference of each pair, with its interval, against zero."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence as List

from matplotlib.lines import Line2D

from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.report.differences import Difference
from rat_tracker.evaluation.report.differences import difference_text
from rat_tracker.evaluation.report.differences import shown
from rat_tracker.evaluation.report.plotting import COLORS
from rat_tracker.evaluation.report.plotting import finish
from rat_tracker.evaluation.report.plotting import new_figure
from rat_tracker.evaluation.report.plotting import Plot
from rat_tracker.evaluation.report.results import Results

_PAIR_HEIGHT = 0.52  # inches
_LINE_HEIGHT = 0.15  # inches that a second line of names takes
_LONG = 70  # letters that a line has room for
_MARGIN = 0.06  # of the widest interval, at both ends
_KINDS: tuple[tuple[str, str, Callable[[Difference], Interval]], ...] = (
    ('difference_success', 'success (AUC)', lambda one: one.auc),
    ('difference_precision', 'precision at 20 pixels', lambda one: one.precision_20),
)


def difference_plots(results: Results) -> Iterator[Plot]:
    """Draw a plot for each metric; none where no pair has an interval."""
    for kind, metric, interval in _KINDS:
        pairs = [(one.pair, interval(one)) for one in shown(results.differences)
                 if interval(one).is_known]
        if pairs:
            yield _plot(kind, metric, pairs)


def _plot(kind: str, metric: str, pairs: List[tuple[str, Interval]]) -> Plot:
    is_long = any(len(pair) > _LONG for pair, _ in pairs)
    height = _PAIR_HEIGHT + _LINE_HEIGHT * is_long
    figure = new_figure(0.9 + height * len(pairs), 1)
    ends = [0.0, *(end for _, one in pairs for end in (one.low, one.high))]
    margin = _MARGIN * (max(ends) - min(ends)) or 0.01
    axes = figure.add_subplot(
        title=f'Difference in {metric}', xlabel='difference of the means, 95 % interval',
        xlim=(min(ends) - margin, max(ends) + margin), yticks=[],
        ylim=(len(pairs) - 0.6, -0.75))
    axes.spines.left.set_visible(False)
    axes.axvline(0, color='#777777', linewidth=1)
    for row, (pair, one) in enumerate(pairs):
        axes.add_line(_interval([one.low, one.high], row))
        axes.add_line(_mean(one.excludes_zero, [one.value], row))
        # Above its interval, where long names have room.
        name = pair.replace(' − ', '\n− ') if is_long else pair
        axes.annotate(name, (0, row - 0.16), (2, 0), xycoords=axes.get_yaxis_transform(),
                      textcoords='offset points', va='bottom', fontsize=9)
    figure.legend([_mean(True), _mean(False)], ['a difference', 'no difference'],
                  loc='outside lower left', ncols=2)
    summary = '; '.join(f'{pair}: {difference_text(one)}' for pair, one in pairs)
    return finish(kind, f'Difference in {metric}. {summary}.', figure)


def _interval(ends: List[float], row: int) -> Line2D:
    return Line2D(ends, [row, row], color=COLORS[0], linewidth=1.8, marker='|', markersize=8)


def _mean(is_one: bool, values: List[float] = (), row: int = 0) -> Line2D:
    """Return the marker of a mean: filled where there is a difference, hollow where not."""
    return Line2D(values, [row] * len(values), color=COLORS[0], linestyle='', marker='o',
                  markersize=7, markerfacecolor=COLORS[0] if is_one else 'white', zorder=3)

"""The report of a benchmark: one page that needs nothing else, and its plots as pictures."""

from __future__ import annotations

from pathlib import Path

from rat_tracker.evaluation.report.curve_plots import curve_plots
from rat_tracker.evaluation.report.film_strips import make_film_strips
from rat_tracker.evaluation.report.page import render_page
from rat_tracker.evaluation.report.plotting import plotting
from rat_tracker.evaluation.report.reliability_plot import reliability_plot
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.speed_plot import speed_plot
from rat_tracker.evaluation.report.stage_times import stage_plot
from rat_tracker.evaluation.report.stage_times import stage_times


def remove_reports(output: Path) -> None:
    """Remove what an earlier benchmark said, so that nobody takes it for the next one."""
    for path in (output / 'report.html', output / 'summary.csv', output / 'speed.csv',
                 *output.glob('plots/*.png')):
        path.unlink(missing_ok=True)


def write_report(output: Path, results: Results) -> None:
    """Write ``report.html`` and ``plots/*.png``; the same results make the same bytes.

    :param output: a folder; it is made if it is not there
    """
    times = stage_times(results)
    with plotting():
        drawn = [*curve_plots(results), speed_plot(results), stage_plot(times),
                 reliability_plot(results)]
    plots = {plot.name: plot for plot in drawn if plot is not None}
    page = render_page(results, plots, times, make_film_strips(results))
    folder = output / 'plots'
    folder.mkdir(parents=True, exist_ok=True)
    for plot in plots.values():
        (folder / f'{plot.name}.png').write_bytes(plot.png)
    (output / 'report.html').write_text(page, encoding='utf-8')

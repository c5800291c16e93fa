"""The report of a benchmark: one page that needs nothing else, and its plots as pictures."""

from __future__ import annotations

from pathlib import Path

from rat_tracker.evaluation.report.curve_plots import curve_plots
from rat_tracker.evaluation.report.difference_plots import difference_plots
from rat_tracker.evaluation.report.film_strips import make_film_strips
from rat_tracker.evaluation.report.page import render_page
from rat_tracker.evaluation.report.plotting import plotting
from rat_tracker.evaluation.report.reliability_plot import reliability_plot
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.speed_plot import speed_plot
from rat_tracker.evaluation.report.stage_times import stage_plot
from rat_tracker.evaluation.report.stage_times import stage_times
from rat_tracker.system.files import write_whole
from rat_tracker.system.missing import Missing


def remove_reports(output: Path) -> None:
    """Remove what an earlier benchmark wrote, so that nobody takes it for the next one."""
    for path in (output / 'report.html', output / 'summary.csv', output / 'intervals.csv',
                 output / 'speed.csv', *output.glob('plots/*.png')):
        path.unlink(missing_ok=True)


def write_report(output: Path, results: Results, missing: Missing) -> None:
    """Write ``report.html`` and ``plots/*.png``; the same results make the same bytes.

    :param output: a folder; it is made if it is not there
    :param missing: is told what cannot be written
    """
    times = stage_times(results)
    with plotting():
        drawn = [*curve_plots(results), speed_plot(results), *difference_plots(results),
                 stage_plot(times), reliability_plot(results)]
    plots = {plot.name: plot for plot in drawn if plot is not None}
    page = render_page(results, plots, times, make_film_strips(results))
    with missing.unless_written(f'{output / "report.html"}'):
        write_whole(output / 'report.html', page)
    folder = output / 'plots'
    with missing.unless_written(f'{folder}'):
        folder.mkdir(parents=True, exist_ok=True)
        for plot in plots.values():
            with missing.unless_written(f'{folder / plot.name}.png'):
                write_whole(folder / f'{plot.name}.png', plot.png)

"""Where the time of a frame goes, in milliseconds: as numbers, a table and bars."""

from __future__ import annotations

from collections.abc import Mapping
import math

from matplotlib.patches import Patch
import numpy as np

from rat_tracker.evaluation.report.plotting import COLORS
from rat_tracker.evaluation.report.plotting import finish
from rat_tracker.evaluation.report.plotting import new_figure
from rat_tracker.evaluation.report.plotting import Plot
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.tables import Group
from rat_tracker.evaluation.report.tables import headings
from rat_tracker.evaluation.report.tables import Line
from rat_tracker.evaluation.report.tables import number_cells
from rat_tracker.evaluation.report.tables import Table
from rat_tracker.evaluation.report.texts import number
from rat_tracker.evaluation.sequence_run import SequenceRun

REST = 'other'  # what no stage of a tracker covers
_HATCHES = ('', '////')  # neighbours differ in more than colour
_REST_COLOR = '#bbbbbb'
_BAR = 0.46  # of the room that a tracker has
_TRACKER_HEIGHT = 0.52  # inches
_LEGEND_COLUMNS = 3
_VISIBLE = 0.005  # of the longest bar

StageTimes = Mapping[str, float]  # milliseconds per frame by stage, the last one being REST


def stage_times(results: Results) -> dict[str, StageTimes]:
    """Return the mean over all frames that each tracker worked on, if there are any.

    The first frame of a sequence is no part of it: starting is another work than following.
    """
    times = {tracker: _of([run for _, run in results.runs(tracker)])
             for tracker in results.totals}
    return {tracker: stages for tracker, stages in times.items() if stages}


def stage_names(times: Mapping[str, StageTimes]) -> list[str]:
    """Return the stages of all trackers in the order in which they report them, REST last."""
    names = dict.fromkeys(stage for stages in times.values() for stage in stages if stage != REST)
    return [*names, REST]


def stage_table(results: Results, times: Mapping[str, StageTimes]) -> Table:
    """Return a line for each stage."""
    def values(stage: str) -> list[float]:
        return [times.get(tracker, {}).get(stage, math.nan) for tracker in results.totals]
    lines = [Line(stage, number_cells(values(stage), 2, best=None))
             for stage in stage_names(times)]
    totals = [sum(times[tracker].values()) if tracker in times else math.nan
              for tracker in results.totals]
    return Table('Milliseconds per frame', 'stage', headings(results.styles),
                 [Group(lines), Group([Line('all', number_cells(totals, 2, min))])])


def stage_plot(times: Mapping[str, StageTimes]) -> Plot | None:
    """Draw the bars; None where nothing was timed."""
    totals = {tracker: sum(stages.values()) for tracker, stages in times.items()}
    if not totals:
        return None
    patches = {stage: _patch(stage, index) for index, stage in enumerate(stage_names(times))}
    # What is too little to be seen needs no place in the legend.
    named = [patch for stage, patch in patches.items() if stage != REST or any(
        stages[REST] > _VISIBLE * max(totals.values()) for stages in times.values())]
    figure = new_figure(
        0.8 + _TRACKER_HEIGHT * len(times), -(-len(named) // _LEGEND_COLUMNS))
    axes = figure.add_subplot(
        title='Time of a frame', xlabel='milliseconds per frame', yticks=[],
        xlim=(0, 1.16 * max(totals.values()) or 1), ylim=(len(times) - 0.4, -0.65))
    axes.spines.left.set_visible(False)
    for row, (tracker, stages) in enumerate(times.items()):
        begin = 0.0
        for stage, duration in stages.items():
            axes.barh(row, duration, _BAR, begin, facecolor=patches[stage].get_facecolor(),
                      hatch=patches[stage].get_hatch(), edgecolor='white', linewidth=0.5)
            begin += duration
        axes.annotate(f' {number(begin, 1)}', (begin, row), va='center', fontsize=9)
        # Above its bar, where a long name has room.
        axes.annotate(tracker, (0, row - _BAR / 2), (0, 2), textcoords='offset points',
                      va='bottom', fontsize=9)
    figure.legend(handles=named, loc='outside lower left',
                  ncols=_LEGEND_COLUMNS, handlelength=1.8)
    summary = ', '.join(f'{tracker} {number(total, 1)}' for tracker, total in totals.items())
    return finish('stages', f'Milliseconds per frame: {summary}.', figure)


def _patch(stage: str, index: int) -> Patch:
    return Patch(
        facecolor=_REST_COLOR if stage == REST else COLORS[index % len(COLORS)],
        hatch='' if stage == REST else _HATCHES[index % len(_HATCHES)],
        edgecolor='white', label=stage)


def _of(runs: list[SequenceRun]) -> StageTimes:
    laps: dict[str, float] = {}
    frames, total = 0, 0.0
    for run in runs:
        worked = run.seconds[1:][np.isfinite(run.seconds[1:])]
        frames += len(worked)
        total += float(worked.sum())
        for stage, seconds in run.stages.items():
            laps[stage] = laps.get(stage, 0.0) + seconds * len(worked)
    if not frames:
        return {}
    laps[REST] = max(total - sum(laps.values()), 0.0)
    return {stage: seconds / frames * 1e3 for stage, seconds in laps.items()}

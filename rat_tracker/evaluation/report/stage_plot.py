"""A bar for each tracker with the stages of a frame's time."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.patches import Patch

from rat_tracker.evaluation.report.plotting import COLORS
from rat_tracker.evaluation.report.plotting import finish
from rat_tracker.evaluation.report.plotting import new_figure
from rat_tracker.evaluation.report.plotting import Plot
from rat_tracker.evaluation.report.stage_times import REST
from rat_tracker.evaluation.report.stage_times import stage_names
from rat_tracker.evaluation.report.stage_times import StageTimes
from rat_tracker.evaluation.report.texts import number

_HATCHES = ('', '////')  # neighbours differ in more than colour
_REST_COLOR = '#bbbbbb'
_BAR = 0.46  # of the room that a tracker has
_TRACKER_HEIGHT = 0.52  # inches
_LEGEND_COLUMNS = 3
_VISIBLE = 0.005  # of the longest bar


def stage_plot(times: Mapping[str, StageTimes]) -> Plot | None:
    """Draw the bars; None where nothing was timed."""
    totals = {tracker: sum(stages.values()) for tracker, stages in times.items()}
    if not totals:
        return None
    patches = {stage: _patch(stage, place) for place, stage in enumerate(stage_names(times))}
    # What is too little to be seen needs no place in the legend.
    named = [patch for stage, patch in patches.items() if stage != REST or any(
        stages[REST] > _VISIBLE * max(totals.values()) for stages in times.values())]
    figure = new_figure(
        0.8 + _TRACKER_HEIGHT * len(times), -(-len(named) // _LEGEND_COLUMNS))
    axes = figure.add_subplot(
        title='Time of a frame', xlabel='milliseconds per frame', yticks=[],
        xlim=(0, 1.16 * max(totals.values()) or 1), ylim=(len(times) - 0.4, -0.65))
    axes.spines.left.set_visible(False)
    for place, (tracker, stages) in enumerate(times.items()):
        begin = 0.0
        for stage, duration in stages.items():
            axes.barh(place, duration, _BAR, begin, facecolor=patches[stage].get_facecolor(),
                      hatch=patches[stage].get_hatch(), edgecolor='white', linewidth=0.5)
            begin += duration
        axes.annotate(f' {number(begin, 1)}', (begin, place), va='center', fontsize=9)
        # Above its bar, where a long name has room.
        axes.annotate(tracker, (0, place - _BAR / 2), (0, 2), textcoords='offset points',
                      va='bottom', fontsize=9)
    figure.legend(handles=named, loc='outside lower left',
                  ncols=_LEGEND_COLUMNS, handlelength=1.8)
    said = ', '.join(f'{tracker} {number(total, 1)}' for tracker, total in totals.items())
    return finish('stages', f'Milliseconds per frame: {said}.', figure)


def _patch(stage: str, place: int) -> Patch:
    return Patch(
        facecolor=_REST_COLOR if stage == REST else COLORS[place % len(COLORS)],
        hatch='' if stage == REST else _HATCHES[place % len(_HATCHES)],
        edgecolor='white', label=stage)

"""Where the time of a frame goes, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
import math

import numpy as np

from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.tables import figure_cells
from rat_tracker.evaluation.report.tables import Group
from rat_tracker.evaluation.report.tables import headings
from rat_tracker.evaluation.report.tables import Line
from rat_tracker.evaluation.report.tables import Table
from rat_tracker.evaluation.running.runner import SequenceRun

REST = 'not told'  # what a tracker says nothing about
StageTimes = Mapping[str, float]  # milliseconds per frame by stage, the last one being REST


def stage_times(results: Results) -> dict[str, StageTimes]:
    """Return the mean over all frames that each tracker worked on, if there are any.

    The first frame of a sequence is no part of it: starting is another work than following.
    """
    times = {tracker: _of([run for _, run in results.runs(tracker)])
             for tracker in results.totals}
    return {tracker: stages for tracker, stages in times.items() if stages}


def stage_names(times: Mapping[str, StageTimes]) -> list[str]:
    """Return the stages of all trackers in the order in which they tell of them, REST last."""
    names = dict.fromkeys(stage for stages in times.values() for stage in stages if stage != REST)
    return [*names, REST]


def stage_table(results: Results, times: Mapping[str, StageTimes]) -> Table:
    """Return a line for each stage."""
    def values(stage: str) -> list[float]:
        return [times.get(tracker, {}).get(stage, math.nan) for tracker in results.totals]
    lines = [Line(stage, figure_cells(values(stage), 2, best=None))
             for stage in stage_names(times)]
    totals = [sum(times[tracker].values()) if tracker in times else math.nan
              for tracker in results.totals]
    return Table('Milliseconds per frame', 'stage', headings(results.styles),
                 [Group(lines), Group([Line('all', figure_cells(totals, 2, min))])])


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

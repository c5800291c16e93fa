"""What an experiment leaves behind: a table of figures, and runs in the toolkit's format."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as List
import csv
from dataclasses import dataclass
import math
from pathlib import Path

import numpy as np

from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.running.outcome import Failure
from rat_tracker.evaluation.vot.measure import Experiment
from rat_tracker.evaluation.vot.measure import Result
from rat_tracker.evaluation.vot.overlap import Values
from rat_tracker.evaluation.vot.regions import write_trajectory

ALL = 'ALL'


@dataclass(frozen=True)
class Row:
    """A line of the table.

    :param sequence: ``ALL`` for the figures over all sequences that a tracker finished
    :param frames: of the sequence, not of all runs through it
    :param figures: NaN after a failure
    :param fps: frames per second of ``track``, without reading images; NaN if it was never called
    :param status: ``ok``, or what failed
    """

    tracker: str
    sequence: str
    frames: int
    figures: dict[str, float]
    fps: float
    status: str


def make_rows(
    tracker: str, experiment: Experiment, outcomes: List[tuple[Sequence, Result | Failure]],
) -> list[Row]:
    """Return a line for each sequence, and the last one for all."""
    rows = []
    for sequence, outcome in outcomes:
        finished = [] if isinstance(outcome, Failure) else [outcome]
        status = f'failed: {outcome.reason}' if isinstance(outcome, Failure) else 'ok'
        rows.append(_row(
            tracker, sequence.name, len(sequence.frames), experiment, finished, status))
    results = [outcome for _, outcome in outcomes if isinstance(outcome, Result)]
    failed = len(outcomes) - len(results)
    rows.append(_row(
        tracker, ALL, sum(len(result.sequence.frames) for result in results), experiment, results,
        f'{failed} of {len(outcomes)} failed' if failed else 'ok'))
    return rows


def write_rows(path: Path, rows: List[Row]) -> None:
    """Write the table as CSV."""
    with path.open('w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(['tracker', 'sequence', 'frames', *rows[0].figures, 'fps', 'status'])
        for row in rows:
            values = (*row.figures.values(), row.fps)
            writer.writerow([row.tracker, row.sequence, row.frames,
                             *(f'{value:.6f}' for value in values), row.status])


def write_runs(folder: Path, tracker: str, experiment: Experiment, result: Result) -> None:
    """Write ``<tracker>/<experiment>/<sequence>/<run>.txt``, and scores and seconds beside it.

    This is where the toolkit keeps what it ran itself; it makes its figures of these, too.
    """
    place = folder / tracker / experiment.name / result.sequence.name
    names = experiment.run_names(result.sequence)
    for name, recording in zip(names, result.recordings, strict=True):
        write_trajectory(place / f'{name}.txt', recording.trajectory)
        for kind, values in (('confidence', recording.scores), ('time', recording.seconds)):
            (place / f'{name}_{kind}.value').write_text(
                ''.join(f'{_text(value)}\n' for value in values.tolist()), encoding='utf-8')


def _row(
    tracker: str, sequence: str, frames: int, experiment: Experiment, results: List[Result],
    status: str,
) -> Row:
    if not results:
        nothing = dict.fromkeys(experiment.figure_names, math.nan)
        return Row(tracker, sequence, frames, nothing, math.nan, status)
    return Row(tracker, sequence, frames, experiment.figures(results), _fps(results), status)


def _fps(results: Iterable[Result]) -> float:
    """Count frames that were answered: there a score is."""
    seconds: list[Values] = [
        recording.seconds[np.isfinite(recording.scores)]
        for result in results for recording in result.recordings]
    worked = np.concatenate(seconds)
    return len(worked) / float(worked.sum()) if len(worked) else math.nan


def _text(value: float) -> str:
    return f'{value:.6g}' if math.isfinite(value) else ''

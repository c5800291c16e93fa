"""What the experiment leaves behind: a table of metrics, and runs in the toolkit's format."""

from __future__ import annotations

from collections.abc import Sequence as List
import csv
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import fields
import math
from pathlib import Path

import numpy as np

from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.vot.experiment import Recording
from rat_tracker.evaluation.vot.metrics import Run
from rat_tracker.evaluation.vot.metrics import vot_metrics
from rat_tracker.evaluation.vot.metrics import VotMetrics
from rat_tracker.evaluation.vot.regions import truth_regions
from rat_tracker.evaluation.vot.regions import write_trajectory

ALL = 'ALL'


@dataclass(frozen=True)
class Row:
    """A line of the table.

    :param sequence: ``ALL`` for the metrics over all sequences that a tracker finished
    :param metrics: NaN after a failure
    :param fps: frames per second of ``track``, without reading images; NaN if it was never called
    :param status: ``ok``, or what failed
    """

    tracker: str
    sequence: str
    frames: int
    metrics: dict[str, float]
    fps: float
    status: str


def make_rows(
    tracker: str, outcomes: List[tuple[Sequence, Recording | Failure]],
    eao_range: tuple[int, int],
) -> list[Row]:
    """Return a line for each sequence, and the last one for all.

    :param eao_range: see ``vot_metrics``
    """
    rows, finished = [], []
    for sequence, outcome in outcomes:
        if isinstance(outcome, Failure):
            done, status = [], f'failed: {outcome.reason}'
        else:
            done, status = [(sequence, outcome)], 'ok'
        rows.append(Row(tracker, sequence.name, len(sequence.frames), _metrics(done, eao_range),
                        _fps(done), status))
        finished += done
    failed = len(outcomes) - len(finished)
    rows.append(Row(
        tracker, ALL, sum(len(sequence.frames) for sequence, _ in finished),
        _metrics(finished, eao_range), _fps(finished),
        f'{failed} of {len(outcomes)} failed' if failed else 'ok'))
    return rows


def write_rows(path: Path, rows: List[Row]) -> None:
    """Write the table as CSV."""
    with path.open('w', newline='', encoding='utf-8', errors='backslashreplace') as file:
        writer = csv.writer(file)
        writer.writerow(['tracker', 'sequence', 'frames', *rows[0].metrics, 'fps', 'status'])
        for row in rows:
            values = (*row.metrics.values(), row.fps)
            writer.writerow([row.tracker, row.sequence, row.frames,
                             *(f'{value:.6f}' for value in values), row.status])


def write_run(folder: Path, tracker: str, sequence: str, recording: Recording) -> None:
    """Write ``<tracker>/supervised/<sequence>/<sequence>_001.txt``, scores and seconds beside it.

    This is where the toolkit keeps what it ran itself; it makes its metrics of these, too.

    :param sequence: its name
    """
    target = folder / tracker / 'supervised' / sequence
    name = f'{sequence}_001'
    write_trajectory(target / f'{name}.txt', recording.trajectory)
    for kind, values in (('confidence', recording.scores), ('time', recording.seconds)):
        (target / f'{name}_{kind}.value').write_text(
            ''.join(f'{_text(value)}\n' for value in values.tolist()), encoding='utf-8')


def _metrics(
    finished: List[tuple[Sequence, Recording]], eao_range: tuple[int, int],
) -> dict[str, float]:
    if not finished:
        return dict.fromkeys((field.name for field in fields(VotMetrics)), math.nan)
    return asdict(vot_metrics(
        (Run.compare(recording.trajectory, truth_regions(sequence), recording.image_size)
         for sequence, recording in finished), eao_range))


def _fps(finished: List[tuple[Sequence, Recording]]) -> float:
    """Count frames that were answered: there a score is."""
    worked = np.concatenate([np.empty(0), *(
        recording.seconds[np.isfinite(recording.scores)] for _, recording in finished)])
    return len(worked) / float(worked.sum()) if len(worked) else math.nan


def _text(value: float) -> str:
    return f'{value:.6g}' if math.isfinite(value) else ''

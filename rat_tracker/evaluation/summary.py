"""What a benchmark leaves behind: ``summary.csv`` and each tracker's boxes."""

from __future__ import annotations

from collections.abc import Iterable
import csv
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import fields
from pathlib import Path
from statistics import fmean

import numpy as np

from rat_tracker.evaluation.datasets import ORIGIN
from rat_tracker.evaluation.metrics import Boxes
from rat_tracker.evaluation.runner import SequenceRun

ALL = 'ALL'


@dataclass(frozen=True, slots=True)
class Row:
    """One line of ``summary.csv``."""

    tracker: str
    sequence: str  # ALL: the mean over the tracker's sequences, each counting the same
    frames: int  # ALL: the sum
    auc: float
    precision_20: float
    fps: float
    init_ms: float


def row(tracker: str, sequence: str, run: SequenceRun) -> Row:
    """Return the line about one run."""
    return Row(tracker, sequence, len(run.boxes), run.auc, run.precision_20, run.fps,
               run.init_seconds * 1e3)


def mean_row(rows: Iterable[Row]) -> Row:
    """Return the line about all sequences of one tracker."""
    rows = list(rows)
    return Row(
        rows[0].tracker, ALL, sum(row.frames for row in rows), fmean(row.auc for row in rows),
        fmean(row.precision_20 for row in rows), fmean(row.fps for row in rows),
        fmean(row.init_ms for row in rows))


def write_summary(path: Path, tables: Iterable[Iterable[Row]]) -> None:
    """Write one table for each tracker, its last row being the mean."""
    with path.open('w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(field.name for field in fields(Row))
        for table in tables:
            for line in table:
                writer.writerow(
                    f'{value:.4f}' if isinstance(value, float) else value
                    for value in asdict(line).values())


def write_boxes(folder: Path, tracker: str, sequence: str, boxes: Boxes) -> None:
    """Write ``<folder>/<tracker>/<sequence>.txt`` like got10k, in the data set's origin."""
    path = folder / tracker / f'{sequence}.txt'
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savetxt(path, boxes + ORIGIN, fmt='%.3f', delimiter=',')

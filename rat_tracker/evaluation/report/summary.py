"""``summary.csv``: a line for each tracker on each sequence, and one for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as List
import csv
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import fields
import math
from pathlib import Path

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.metrics.one_pass import compute_metrics
from rat_tracker.evaluation.metrics.one_pass import mean_metrics
from rat_tracker.evaluation.metrics.one_pass import Metrics
from rat_tracker.evaluation.metrics.presence import presence
from rat_tracker.evaluation.metrics.presence import presence_intervals
from rat_tracker.evaluation.metrics.presence import together
from rat_tracker.evaluation.metrics.reliability import lost_detection
from rat_tracker.evaluation.metrics.reliability import reliability
from rat_tracker.evaluation.running.benchmark import ALL
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun

_NAN = math.nan
_NO_METRICS = Metrics(*[_NAN] * len(fields(Metrics)))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of ``summary.csv``; nan stands for what could not be measured.

    In the line ``ALL``, metrics are means over the sequences that were finished
    (``rat_tracker.evaluation.metrics.one_pass.mean_metrics``); frames are the sum, memory is the
    largest, speed and score are judged over all frames together.
    """

    tracker: str
    sequence: str
    frames: int
    auc: float
    precision_20: float
    norm_precision: float
    ao: float
    sr_50: float
    sr_75: float
    fps: float
    init_ms: float
    worked: float  # share of the frames that the tracker had time for; less than 1 in real time
    peak_memory_mb: float  # most that the worker process took
    ece: float  # expected calibration error of the score
    lost_precision: float
    lost_recall: float
    missed_tracking: float  # of the boxes that miss the target, those in state TRACKING
    right_tracking: float  # of the right boxes, those in state TRACKING
    right_lost: float  # of the right boxes, those in state LOST
    losses: float  # lasting losses, a count
    losses_told: float  # of these, those that are told within half a second
    status: str  # ok, or what failed


def run_row(tracker: str, sequence: Sequence, outcome: SequenceRun | Failure) -> Row:
    """Return the line about a tracker on a sequence."""
    frames = len(sequence.frames)
    if isinstance(outcome, Failure):
        return _row(tracker, sequence.name, frames, [], f'failed: {outcome.reason}')
    return _row(tracker, sequence.name, frames, [(sequence, outcome)], 'ok')


def total_row(tracker: str, runs: list[tuple[Sequence, SequenceRun]], count: int) -> Row:
    """Return the line ``ALL`` about a tracker.

    :param runs: what it finished
    :param count: sequences, those that it did not finish included
    """
    status = 'ok' if len(runs) == count else f'{count - len(runs)} of {count} failed'
    return _row(tracker, ALL, sum(len(sequence.frames) for sequence, _ in runs), runs, status)


def write_summary(path: Path, rows: Iterable[Row]) -> None:
    """Write all lines under the names of the columns."""
    with path.open('w', newline='', encoding='utf-8', errors='backslashreplace') as file:
        writer = csv.writer(file)
        writer.writerow(field.name for field in fields(Row))
        for row in rows:
            writer.writerow(f'{value:.4f}' if isinstance(value, float) else value
                            for value in asdict(row).values())


def _row(
    tracker: str, name: str, frames: int, runs: list[tuple[Sequence, SequenceRun]], status: str,
) -> Row:
    if not runs:
        return Row(tracker, name, frames, **asdict(_NO_METRICS), fps=_NAN, init_ms=_NAN,
                   worked=_NAN, peak_memory_mb=_NAN, ece=_NAN, lost_precision=_NAN,
                   lost_recall=_NAN, **_presence([]), status=status)
    lost = lost_detection(runs)
    return Row(
        tracker, name, frames,
        **asdict(mean_metrics(
            (sequence, compute_metrics(sequence, run)) for sequence, run in runs)),
        fps=_speed(run for _, run in runs),
        init_ms=_mean(run.init_seconds for _, run in runs) * 1e3,
        worked=_mean(float(np.isfinite(run.seconds).mean()) for _, run in runs),
        peak_memory_mb=max(run.peak_memory for _, run in runs) / 1e6,
        ece=reliability(runs).calibration_error,
        lost_precision=_NAN if lost is None else lost.precision,
        lost_recall=_NAN if lost is None else lost.recall, **_presence(runs), status=status)


def _presence(runs: List[tuple[Sequence, SequenceRun]]) -> dict[str, float]:
    """Return the shares of all frames together; nothing is known of runs without states."""
    each = [one for one in (presence(*pair) for pair in runs) if one is not None]
    shares = {name: interval.value for name, interval in presence_intervals(each).items()}
    return {**shares, 'losses': len(together(each).losses) if each else _NAN}


def _speed(runs: Iterable[SequenceRun]) -> float:
    """Return the frames per second of all runs together.

    A mean over sequences would be that of the few on which a tracker lost the target and idles.
    """
    seconds = np.concatenate([run.seconds[1:] for run in runs])
    worked = seconds[np.isfinite(seconds)]
    return len(worked) / float(worked.sum()) if len(worked) else _NAN


def _mean(values: Iterable[float]) -> float:
    """Return the mean of those that are known."""
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else _NAN

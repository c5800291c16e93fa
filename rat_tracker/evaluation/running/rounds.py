"""Trackers take turns on the same frames, so that a busy machine disturbs all of them alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Generator
from collections.abc import Iterable
from collections.abc import Sequence
from contextlib import closing
from contextlib import ExitStack
import csv
from dataclasses import astuple
from dataclasses import dataclass
from dataclasses import replace
import os
from pathlib import Path
from statistics import median

import numpy as np

from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.workers import Worker
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun

_REFERENCE = 'opencv:csrt'
_WARM_UP_FRAMES = 10


@dataclass(frozen=True, eq=False)
class Turn:
    """One tracker on one sequence in one round.

    :param number: of the round, from 0
    """

    number: int
    job: Job
    outcome: SequenceRun | Failure


@dataclass(frozen=True, slots=True)
class Spread:
    """The median over the rounds, and the lowest and highest of them."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Speed:
    """What a tracker took, over the sequences that all trackers finished in all rounds.

    :param fps: frames per second of a round
    :param ratio: of that to the reference's in the same round
    :param p50_ms: milliseconds a frame, over the frames of all rounds; ``p99_ms`` too
    :param cpu_seconds: per 1,000 frames
    :param peak_memory: bytes, most that the process took while it followed a target
    """

    tracker: str
    reference: str
    fps: Spread
    ratio: Spread
    p50_ms: float
    p99_ms: float
    cpu_seconds: float
    peak_memory: int


def run_rounds(
    jobs: Iterable[Job], rounds: int, on_frames: Callable[[int], None],
) -> Generator[Turn, None, None]:
    """Let the trackers take turns, sequence by sequence, and all of it several times.

    Each tracker has a process for all its turns, which may use all cores. Each round begins with
    another tracker. Before the first one, each follows a target for a few frames that do not
    count.

    :param jobs: each tracker on each sequence
    :param on_frames: called from time to time with how many more frames are done
    """
    by_sequence: defaultdict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        by_sequence[job.sequence.name].append(job)
    first, *_ = by_sequence.values()
    with ExitStack() as stack:
        workers = {job.tracker: stack.enter_context(closing(Worker(os.sched_getaffinity(0))))
                   for job in first}
        for job in first:
            warm_up = replace(job, sequence=job.sequence.first(_WARM_UP_FRAMES))
            workers[job.tracker].run(warm_up, lambda _: None)
        for number in range(rounds):
            begin = number % len(first)
            for turns in by_sequence.values():
                for job in (*turns[begin:], *turns[:begin]):
                    yield Turn(number, job, workers[job.tracker].run(job, on_frames))


def speeds(turns: Iterable[Turn]) -> list[Speed]:
    """Compare trackers, in the order of their first turns.

    :return: nothing where there is no sequence that all finished, of two frames or more
    """
    turns = list(turns)
    failed = {turn.job.sequence.name for turn in turns if isinstance(turn.outcome, Failure)}
    runs: defaultdict[str, defaultdict[int, list[SequenceRun]]] = defaultdict(
        lambda: defaultdict(list))
    for turn in turns:
        if (isinstance(turn.outcome, SequenceRun) and len(turn.outcome.seconds) > 1
                and turn.job.sequence.name not in failed):
            runs[turn.job.tracker][turn.number].append(turn.outcome)
    fps = {tracker: [len(seconds) / float(seconds.sum())
                     for seconds in map(_seconds, rounds.values())]
           for tracker, rounds in runs.items()}
    reference = _REFERENCE if _REFERENCE in fps else next(iter(fps), '')
    return [_speed(tracker, reference, fps[tracker], fps[reference],
                   [run for each in rounds.values() for run in each])
            for tracker, rounds in runs.items()]


def write_speeds(path: Path, found: Iterable[Speed]) -> None:
    """Write a line for each tracker; ``low`` and ``high`` are those of the rounds."""
    with path.open('w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow([
            'tracker', 'fps', 'fps_low', 'fps_high', 'reference', 'ratio', 'ratio_low',
            'ratio_high', 'p50_ms', 'p99_ms', 'cpu_seconds_per_1000_frames', 'peak_memory_mb'])
        for one in found:
            writer.writerow([
                one.tracker, *_texts(*astuple(one.fps)), one.reference,
                *_texts(*astuple(one.ratio), one.p50_ms, one.p99_ms, one.cpu_seconds,
                        one.peak_memory / 1e6)])


def _texts(*values: float) -> list[str]:
    return [f'{value:.4f}' for value in values]


def _speed(
    tracker: str, reference: str, fps: Sequence[float], of_reference: Sequence[float],
    runs: Sequence[SequenceRun],
) -> Speed:
    seconds = _seconds(runs)
    p50, p99 = np.percentile(seconds, (50, 99))
    return Speed(
        tracker, reference, _spread(fps),
        _spread([own / other for own, other in zip(fps, of_reference, strict=True)]),
        float(p50) * 1e3, float(p99) * 1e3,
        sum(run.cpu_seconds for run in runs) / len(seconds) * 1e3,
        max(run.peak_memory for run in runs))


def _spread(values: Sequence[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def _seconds(runs: Iterable[SequenceRun]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the duration of every frame after the first of each sequence."""
    return np.concatenate([run.seconds[1:] for run in runs])

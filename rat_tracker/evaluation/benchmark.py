"""Several trackers on several sequences, in processes of their own.

Every run happens in a worker process, also when there is one only: whatever is drawn on the
terminal meanwhile takes no time from the tracker.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED
from concurrent.futures import Future
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import wait
from dataclasses import dataclass
from functools import lru_cache
import multiprocessing
import os
from pathlib import Path
from queue import Queue
from time import monotonic

import cv2

from rat_tracker.evaluation.cores import core_shares
from rat_tracker.evaluation.cores import keep_to_share
from rat_tracker.evaluation.datasets import Sequence
from rat_tracker.evaluation.entrants import create_entrant
from rat_tracker.evaluation.runner import run_sequence
from rat_tracker.evaluation.runner import SequenceRun
from rat_tracker.tracker import Tracker

_REPORT_SECONDS = 0.25  # between two reports of progress


@dataclass(frozen=True, eq=False)
class Job:
    """One tracker on one sequence."""

    tracker: str
    sequence: Sequence
    nano_models: Path | None = None


def run_jobs(
    jobs: Iterable[Job], workers: int = 1, on_frames: Callable[[int], None] = lambda _: None,
) -> Iterator[tuple[Job, SequenceRun]]:
    """Run all jobs; yield each with its outcome as it is done.

    The first error of a job ends it all and is raised here; a worker that the system ends, for
    want of memory, is ``concurrent.futures.process.BrokenProcessPool``.

    :param workers: processes; with more than one each keeps to its share of the processor's cores
    :param on_frames: told from time to time how many more frames are done
    """
    context = multiprocessing.get_context('spawn')
    with context.Manager() as manager:
        done: Queue[int] = manager.Queue()
        shares: Queue[set[int]] = manager.Queue()
        for share in core_shares(os.sched_getaffinity(0), workers):
            shares.put(share)
        pool = ProcessPoolExecutor(workers, context, keep_to_share, (shares,))
        try:
            running = {pool.submit(_run, job, done): job for job in jobs}
            yield from _outcomes(running, done, on_frames)
        finally:
            pool.shutdown(cancel_futures=True)


def _outcomes(
    running: dict[Future[SequenceRun], Job], done: Queue[int], on_frames: Callable[[int], None],
) -> Iterator[tuple[Job, SequenceRun]]:
    while running:
        finished, _ = wait(running, _REPORT_SECONDS, FIRST_COMPLETED)
        while not done.empty():
            on_frames(done.get())
        for future in finished:
            yield running.pop(future), future.result()


def _run(job: Job, done: Queue[int]) -> SequenceRun:
    progress = _Progress(done)
    run = run_sequence(_tracker(job.tracker, job.nano_models), job.sequence, progress.count)
    progress.report()
    return run


@lru_cache(maxsize=1)
def _tracker(name: str, nano_models: Path | None) -> Tracker:
    """Make a tracker once for all its sequences: preparing a network takes seconds."""
    # OpenCV's networks warn of their own defaults, in the middle of the progress bar.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    return create_entrant(name, nano_models)


class _Progress:
    """Counts frames in a worker and reports them now and then: a report takes time."""

    def __init__(self, done: Queue[int]) -> None:
        self._done = done
        self._frames = 0
        self._reported = monotonic()

    def count(self) -> None:
        self._frames += 1
        if monotonic() - self._reported > _REPORT_SECONDS:
            self.report()

    def report(self) -> None:
        self._done.put(self._frames)
        self._frames = 0
        self._reported = monotonic()

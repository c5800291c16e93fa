"""Trackers on sequences, in processes of their own.

Every run happens in a worker process, also when there is one only: whatever is drawn on the
terminal meanwhile takes no time from the tracker.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Generator
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from uuid import uuid4

import cv2
from distributed import as_completed
from distributed import Client
from distributed import get_worker
from distributed import KilledWorker

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.cluster import ClusterError
from rat_tracker.evaluation.running.outcome import Failure
from rat_tracker.evaluation.running.runner import run_sequence
from rat_tracker.evaluation.running.runner import SequenceRun
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.tracker import Tracker

_REPORT_SECONDS = 0.25  # between two reports of progress
# One process measures one tracker at a time, however many threads the user gave a worker.
_MEASURING = Lock()


@dataclass(frozen=True, eq=False)
class Job:
    """One tracker on one sequence; see ``run_sequence`` and ``create_tracker_or_baseline``."""

    tracker: str
    sequence: Sequence
    realtime: float | None = None
    nano_models: Path | None = None


def run_jobs(
    jobs: Iterable[Job], client: Client, on_frames: Callable[[int], None] = lambda _: None,
) -> Generator[tuple[Job, SequenceRun | Failure], None, None]:
    """Run all jobs; yield each with its outcome as it is done.

    :param on_frames: told from time to time, in another thread, how many more frames are done
    :raises rat_tracker.evaluation.running.cluster.ClusterError: the scheduler is lost
    """
    topic = f'rat_tracker-{uuid4().hex}'
    client.subscribe_topic(topic, lambda event: on_frames(event[1]))
    # The longest first, so that no worker is left with one at the end.
    ordered = sorted(jobs, key=lambda job: -len(job.sequence.frames))
    futures = {
        client.submit(_run, job, topic, pure=False, key=f'{topic}-{number}'): job
        for number, job in enumerate(ordered)}
    try:
        for future in as_completed(futures):
            if future.cancelled():
                raise ClusterError('the scheduler was lost; what was finished is kept: start the '
                                   'scheduler and give the same command again')
            error = future.exception()
            yield futures[future], future.result() if error is None else Failure(_reason(error))
            future.release()
    finally:
        client.cancel([future for future in futures if not future.done()])
        client.unsubscribe_topic(topic)


def _reason(error: BaseException) -> str:
    if isinstance(error, KilledWorker):
        return ('the worker process ended in the middle, probably for want of memory; take fewer '
                '--workers or smaller images')
    message = ' '.join(str(error).split())
    return message if isinstance(error, DatasetError) else f'{type(error).__name__}: {message}'


def _run(job: Job, topic: str) -> SequenceRun:
    with _MEASURING:
        progress = _Progress(topic)
        run = run_sequence(
            _tracker(job.tracker, job.nano_models), job.sequence, progress.count, job.realtime)
        progress.report()
    return run


@lru_cache(maxsize=1)
def _tracker(name: str, nano_models: Path | None) -> Tracker:
    """Make a tracker once for all its sequences: preparing a network takes seconds."""
    # OpenCV's networks warn of their own defaults, in the middle of the progress bar.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    return create_tracker_or_baseline(name, nano_models)


class _Progress:
    """Counts frames in a worker and reports them now and then: a report takes time."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._frames = 0
        self._reported = monotonic()

    def count(self) -> None:
        self._frames += 1
        if monotonic() - self._reported > _REPORT_SECONDS:
            self.report()

    def report(self) -> None:
        get_worker().log_event(self._topic, self._frames)
        self._frames = 0
        self._reported = monotonic()

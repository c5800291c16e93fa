"""What a worker process does: run a tracker through one sequence after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import cv2

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.runner import run_sequence
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.tracker import Tracker

PROCESS_ENDED = Failure(
    'the worker process ended in the middle, probably for want of memory; take fewer --workers or '
    'smaller images')
_REPORT_SECONDS = 0.25  # between two reports of progress: each takes time


@dataclass(frozen=True, eq=False)
class Job:
    """One tracker on one sequence; see ``run_sequence`` and ``create_tracker_or_baseline``."""

    tracker: str
    sequence: Sequence
    realtime: float | None = None
    nano_models: Path | None = None


class JobRunner:
    """Runs jobs in this process, with one tracker for all that name the same.

    Preparing a network takes seconds.
    """

    def __init__(self) -> None:
        # OpenCV's networks warn of their own defaults, in the middle of the progress bar.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        self._made: tuple[tuple[str, Path | None], Tracker] | None = None

    def run(self, job: Job, on_frames: Callable[[int], None]) -> SequenceRun | Failure:
        """Run a job; whatever goes wrong is a ``Failure``.

        :param on_frames: called from time to time with how many more frames are done
        """
        unreported, reported = 0, monotonic()

        def count() -> None:
            nonlocal unreported, reported
            unreported += 1
            if monotonic() - reported > _REPORT_SECONDS:
                on_frames(unreported)
                unreported, reported = 0, monotonic()
        try:
            run = run_sequence(self._tracker(job), job.sequence, count, job.realtime)
        except DatasetError as error:
            return Failure(_line(error))
        except Exception as error:  # noqa: BLE001, what a library raises where it cannot work
            return Failure(f'{type(error).__name__}: {_line(error)}')
        on_frames(unreported)
        return run

    def _tracker(self, job: Job) -> Tracker:
        key = job.tracker, job.nano_models
        if self._made is None or self._made[0] != key:
            self._made = None  # the memory of two is not taken at once
            self._made = key, create_tracker_or_baseline(*key)
        return self._made[1]


def _line(error: Exception) -> str:
    return ' '.join(str(error).split())

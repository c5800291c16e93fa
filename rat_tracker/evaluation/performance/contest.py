"""Trackers take turns on the same frames, so that a busy machine disturbs all of them alike.

Each has a process of its own for all its turns: no other's memory or threads are in its figures.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence as List
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
import os
from pathlib import Path
import signal
from time import process_time
from time import thread_time

import cv2

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.runner import run_sequence
from rat_tracker.evaluation.running.runner import SequenceRun
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult

_WARM_UP_FRAMES = 10
_Measured = tuple[SequenceRun, float]


class ContestError(RuntimeError):
    """A tracker whose process ended; the message says which and why."""


@dataclass(frozen=True, eq=False)
class Turn:
    """One tracker's run over one sequence.

    :param lap: the round in which it was, from 0
    :param cpu_seconds: of all threads of its process, user's and system's, while tracking
    """

    tracker: str
    sequence: Sequence
    lap: int
    run: SequenceRun
    cpu_seconds: float


def run_contest(
    trackers: List[str], sequences: List[Sequence], rounds: int, nano_models: Path | None,
    on_frames: Callable[[int], None] = lambda _: None,
) -> Iterator[Turn]:
    """Let the trackers take turns, sequence by sequence, and all of it several times.

    Each round begins with another tracker. Before the first one, each tracker follows the first
    target for a few frames that do not count.

    :param trackers: see ``create_tracker_or_baseline``
    :param on_frames: told how many more frames are done
    :raises rat_tracker.datasets.DatasetError: an image cannot be read
    :raises ContestError: a tracker's process ended
    """
    def follow(name: str, sequence: Sequence) -> _Measured:
        try:
            return workers[name].submit(_follow, name, nano_models, sequence).result()
        except BrokenProcessPool:
            raise ContestError(f'the process of {name} ended in the middle of {sequence.name}, '
                               'probably for want of memory; leave it out of --trackers, or take '
                               'smaller images') from None

    with ExitStack() as stack:
        # A fork would carry the threads' locks of this process along, but not the threads.
        workers = {name: stack.enter_context(ProcessPoolExecutor(
            1, get_context('spawn'), _end_silently)) for name in trackers}
        for name in trackers:
            follow(name, sequences[0].first(_WARM_UP_FRAMES))
        for lap in range(rounds):
            first = lap % len(trackers)
            for sequence in sequences:
                for name in (*trackers[first:], *trackers[:first]):
                    run, cpu = follow(name, sequence)
                    on_frames(len(sequence.frames))
                    yield Turn(name, sequence, lap, run, cpu)


@contextmanager
def on_cores(count: int | None) -> Iterator[None]:
    """Keep this thread, and the processes that it starts meanwhile, to the first cores.

    :param count: cores, not more than this process may use; None for all of them
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class _Metered:
    """A tracker and the processor's time that it takes, in whatever thread of its process.

    Some of its threads may go on while the next image is read; reading does not count.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self.engine = tracker.engine
        self.memory_bytes = tracker.memory_bytes
        self.cpu_seconds = 0.0
        self._before: tuple[float, float] | None = None  # process and own thread, after a frame

    def init(self, image: Image, box: Box) -> None:
        self._tracker.init(image, box)

    def track(self, image: Image) -> TrackResult:
        began = process_time()
        if self._before is not None:
            process, own = self._before
            self.cpu_seconds += began - process - (thread_time() - own)
        result = self._tracker.track(image)
        self._before = process_time(), thread_time()
        self.cpu_seconds += self._before[0] - began
        return result


def _end_silently() -> None:
    """Let an interrupt from the keyboard end this process at once, without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _follow(name: str, nano_models: Path | None, sequence: Sequence) -> _Measured:
    tracker = _Metered(_tracker(name, nano_models))
    return run_sequence(tracker, sequence), tracker.cpu_seconds


@lru_cache(maxsize=1)
def _tracker(name: str, nano_models: Path | None) -> Tracker:
    # OpenCV's networks warn of their own defaults, in the middle of what is shown.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    return create_tracker_or_baseline(name, nano_models)

"""One tracker, one sequence, one pass: the tracker is given the first box and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from time import perf_counter
from time import process_time
from time import thread_time

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.machine import peak_bytes
from rat_tracker.evaluation.machine import reset_peak
from rat_tracker.evaluation.running.target_tracker import TargetTracker
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.target import State
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult


class Clock:
    """When frames arrive and when the tracker has time for them.

    Time is made of the tracker's own work alone: reading an image takes none. A frame that arrives
    while the tracker works is gone when it has finished, as with a camera.

    :param fps: the camera's frames per second; None for frames that wait for the tracker
    """

    def __init__(self, fps: float | None = None) -> None:
        self._period = 0.0 if fps is None else 1 / fps
        self._free = 0.0  # when the work in hand is done

    def is_busy(self, frame: int) -> bool:
        """Whether the tracker is at work when a frame arrives."""
        return self._period > 0 and frame * self._period < self._free

    def work(self, frame: int, seconds: float) -> None:
        """Take a frame as it arrives and work on it for so long."""
        self._free = frame * self._period + seconds


def run_sequence(
    tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None] = lambda: None,
    realtime: float | None = None,
) -> SequenceRun:
    """Run a tracker through a sequence.

    :param on_frame: called after every frame, the first included
    :param realtime: frames per second of a camera that does not wait: a frame that arrives while
        the tracker works on another gets the last box that was finished by then.
        Starting takes time, too. None: every frame is worked on
    :raises rat_tracker.datasets.DatasetError: an image cannot be read
    """
    reset_peak()
    clock, cpu = Clock(realtime), _ProcessorTime()
    count = len(sequence.frames)
    boxes, scores, seconds = np.empty((count, 4)), np.full(count, np.nan), np.full(count, np.nan)
    stages: defaultdict[str, float] = defaultdict(float)
    start = Box(*(float(value) for value in sequence.boxes[0]))
    states = np.full(count, State.TRACKING, np.int8)
    finished = newest = start, State.TRACKING
    size = (0, 0)
    for frame, image in enumerate(sequence.frames):
        if frame == 0:
            size = image.shape[1], image.shape[0]
            scores[0], seconds[0] = 1.0, _init_seconds(tracker, image, start)
            clock.work(0, seconds[0])
            boxes[0] = start.values
        elif clock.is_busy(frame):
            boxes[frame], states[frame] = finished[0].values, finished[1]
        else:
            finished = newest
            with cpu:
                result, seconds[frame] = _track(tracker, image)
            clock.work(frame, seconds[frame])
            state = tracker.state if isinstance(tracker, TargetTracker) else State.TRACKING
            newest, scores[frame] = (result.box, state), result.score
            boxes[frame], states[frame] = result.box.values, state
            for name, lap in result.timings.items():
                stages[name] += lap
        on_frame()
    worked = max(int(np.isfinite(seconds[1:]).sum()), 1)
    return SequenceRun(
        boxes, scores, seconds, {name: total / worked for name, total in stages.items()},
        size, peak_bytes(), cpu.seconds,
        states if isinstance(tracker, TargetTracker) else None)


class _ProcessorTime:
    """Counts the processor's time within it, and other threads' after it until the next time.

    A tracker may go on learning while this thread reads the next image; reading does not count.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._began = 0.0
        self._before: tuple[float, float] | None = None  # of the process and of this thread

    def __enter__(self) -> None:
        self._began = process_time()
        if self._before is not None:
            process, own = self._before
            self.seconds += self._began - process - (thread_time() - own)

    def __exit__(self, *_: object) -> None:
        self._before = process_time(), thread_time()
        self.seconds += self._before[0] - self._began


def _init_seconds(tracker: Tracker, image: Image, box: Box) -> float:
    began = perf_counter()
    tracker.init(image, box)
    return perf_counter() - began


def _track(tracker: Tracker, image: Image) -> tuple[TrackResult, float]:
    began = perf_counter()
    result = tracker.track(image)
    return result, perf_counter() - began

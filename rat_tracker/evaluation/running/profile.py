"""Where a frame's time goes: every stage of a tracker, over many frames, and what it takes."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from time import process_time
from time import thread_time

import numpy as np
import numpy.typing as npt

from rat_tracker.evaluation.machine import gpu_peak_bytes
from rat_tracker.evaluation.machine import peak_bytes
from rat_tracker.evaluation.machine import ProcessorEnergy
from rat_tracker.evaluation.machine import resident_bytes
from rat_tracker.evaluation.machine import wait_for_gpu
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.trackers.rat.together import ConcurrentRatTracker
from rat_tracker.trackers.rat.together import track_together

# The first frames are slower: buffers are made and kernels chosen.
WARM_UP_FRAMES = 5
# Memory settles later: by then a tracker has learned, and libraries have what they need for that.
_SETTLED_FRAMES = 100
OTHER = 'other'
TOTAL = 'total'
AFTERWARDS = 'afterwards'
_CPU = 'cpu'
_ALONE = 'alone'
_Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stage:
    """The time of one stage over all frames, for all targets together."""

    name: str
    mean_ms: float
    p50_ms: float
    p99_ms: float
    share: float  # of the total, 0 to 1


@dataclass(frozen=True, slots=True)
class Resident:
    """Memory of the whole process, in bytes; what a GPU holds is not in it."""

    after_warm_up: int  # when 100 frames were measured, or half of them
    at_end: int
    peak: int  # since the process began


@dataclass(frozen=True, slots=True)
class Profile:
    """The stages in their order, then what is in none of them, then the total.

    All these end when the answers are there. ``afterwards`` is how long learning goes on then, on
    a GPU or where one target takes turns with several; ``fps`` supposes that the next frame waits.
    ``cpu_seconds`` are those of all threads, user's and system's, but for making the images.
    ``joules`` are those of the whole machine's processors meanwhile, other programs included; None
    where they cannot be read. Both are for 1,000 frames. ``kept_bytes`` is what the trackers state
    (``RatTracker.memory_bytes``), ``gpu_peak_bytes`` what torch took of the GPU, None without one.
    """

    stages: tuple[Stage, ...]
    afterwards: Stage | None  # the share is that of the total, too
    frames: int
    targets: int
    fps: float
    init_ms: float
    cpu_seconds: float
    joules: float | None
    resident: Resident
    gpu_peak_bytes: int | None
    kept_bytes: int
    one_target: Stage | None  # the total of a single target on the same frames, if there are more

    @property
    def total(self) -> Stage:
        return self.stages[-1]


def profile(
    trackers: Sequence[ConcurrentRatTracker], images: Iterable[Image], box: Box, frames: int,
    alone: ConcurrentRatTracker | None = None,
) -> Profile:
    """Follow a target and measure each frame; images are made outside the clock.

    :param trackers: all follow the same target, and are measured together
    :param box: the target in the first image
    :param frames: how many frames to measure at most, after ``WARM_UP_FRAMES``
    :param alone: takes its turn on each frame before the others, to be compared with them
    :raises ValueError: there are too few images, the box is not in the first one, or not all is
        measured with the same engine
    """
    stream = iter(images)
    first = next(stream)
    began = perf_counter()
    for tracker in trackers:
        tracker.init(first, box)
    init_seconds = (perf_counter() - began) / len(trackers)
    if alone is not None:
        alone.init(first, box)
    warm_up = list(_laps(trackers, islice(stream, WARM_UP_FRAMES), alone))
    # Its memory is taken now: what grows later is not the measurement.
    laps = _Laps(warm_up[0] if warm_up else (), frames)
    engine, before, energy = trackers[0].engine, resident_bytes(), ProcessorEnergy()
    for lap in _laps(trackers, islice(stream, frames), alone):
        for tracker in trackers:
            if tracker.engine != engine:
                raise ValueError(
                    f'what is measured is not one engine but {engine} and {tracker.engine}; build '
                    'it before, see `rat_tracker engine build --help`')
        laps.add(lap)
        if laps.count == min(_SETTLED_FRAMES, frames // 2):
            before = resident_bytes()
    joules, after = energy.joules(), resident_bytes()
    if not laps.count:
        raise ValueError(
            f'there are {len(warm_up) + 1} images; a profile needs {WARM_UP_FRAMES + 2} or more')
    table = laps.table()
    mean_total = float(table[TOTAL].mean())
    stages = {name: _stage(name, seconds, mean_total) for name, seconds in table.items()}
    afterwards = stages.get(AFTERWARDS)
    mean_ms = mean_total * 1e3 + (afterwards.mean_ms if afterwards else 0)
    return Profile(
        stages=tuple(stage for name, stage in stages.items()
                     if name not in (_CPU, _ALONE, AFTERWARDS)),
        afterwards=afterwards, frames=laps.count, targets=len(trackers), fps=1e3 / mean_ms,
        init_ms=init_seconds * 1e3,
        cpu_seconds=float(table[_CPU].mean()) * 1e3,
        joules=None if joules is None else joules / laps.count * 1e3,
        resident=Resident(before, after, peak_bytes()), gpu_peak_bytes=gpu_peak_bytes(),
        kept_bytes=sum(tracker.memory_bytes for tracker in trackers),
        one_target=None if alone is None else _stage(
            TOTAL, table[_ALONE], float(table[_ALONE].mean())))


class _Laps:
    """The seconds of every stage in every frame, in memory that is taken at once.

    :param frames: how many there may be
    """

    def __init__(self, names: Iterable[str], frames: int) -> None:
        self._names = tuple(names)
        # Written to, because pages that never were are not there yet.
        self._seconds = np.full((frames, len(self._names)), np.nan)
        self.count = 0

    def add(self, lap: Mapping[str, float]) -> None:
        self._seconds[self.count] = [lap[name] for name in self._names]
        self.count += 1

    def table(self) -> dict[str, _Seconds]:
        return dict(zip(self._names, self._seconds[:self.count].T, strict=True))


def _laps(
    trackers: Sequence[ConcurrentRatTracker], images: Iterable[Image],
    alone: ConcurrentRatTracker | None,
) -> Iterator[dict[str, float]]:
    """Track frame by frame; yield the seconds of each stage, and those of the processor.

    A turn begins when a GPU is idle and no other tracker learns: none waits for another.
    """
    wait_for_gpu()
    busy, own = process_time(), thread_time()
    for image in images:
        # What other threads did since the last answers; this one made an image.
        lap = {_CPU: process_time() - busy - (thread_time() - own)}
        if alone is not None:
            began = perf_counter()
            track_together([alone], image)
            lap[_ALONE] = perf_counter() - began
            alone.synchronize()
        busy, began = process_time(), perf_counter()
        results, total = track_together(trackers, image), perf_counter() - began
        lap[_CPU] += process_time() - busy
        for tracker in trackers if alone is not None else ():
            tracker.synchronize()
        if wait_for_gpu() or alone is not None:
            lap[AFTERWARDS] = perf_counter() - began - total
        busy, own = process_time(), thread_time()
        stages = {name: sum(result.timings.get(name, 0.0) for result in results)
                  for name in results[0].timings}
        yield lap | stages | {OTHER: total - sum(stages.values()), TOTAL: total}


def _stage(name: str, seconds: _Seconds, mean_total: float) -> Stage:
    p50, p99 = np.percentile(seconds, (50, 99))
    mean = float(np.mean(seconds))
    return Stage(name, mean * 1e3, float(p50) * 1e3, float(p99) * 1e3, mean / mean_total)

"""Where a frame's time goes: every stage of a tracker, over many frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
import os
from pathlib import Path
import platform
from time import perf_counter

import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker

# The first frames are slower: buffers are made and kernels chosen.
WARM_UP_FRAMES = 5
OTHER = 'other'
TOTAL = 'total'


@dataclass(frozen=True, slots=True)
class Stage:
    """The time of one stage over all frames."""

    name: str
    mean_ms: float
    p50_ms: float
    p99_ms: float
    share: float  # of the total, 0 to 1


@dataclass(frozen=True, slots=True)
class Profile:
    """The stages in their order, then what is in none of them, then the total."""

    stages: tuple[Stage, ...]
    frames: int
    fps: float
    init_ms: float
    memory_bytes: int | None


def profile(
    tracker: Tracker, images: Iterable[Image], box: Box, frames: int,
) -> Profile:
    """Follow a target and measure each frame; images are made outside the clock.

    :param box: the target in the first image
    :param frames: how many frames to measure at most, after ``WARM_UP_FRAMES``
    :raises ValueError: there are too few images, or the box is not in the first one
    """
    stream = iter(images)
    first = next(stream)
    began = perf_counter()
    tracker.init(first, box)
    init_ms = (perf_counter() - began) * 1e3
    times: list[dict[str, float]] = []
    for image in islice(stream, WARM_UP_FRAMES + frames):
        began = perf_counter()
        result = tracker.track(image)
        total = perf_counter() - began
        times.append({
            **result.timings, OTHER: total - sum(result.timings.values()), TOTAL: total})
    measured = times[WARM_UP_FRAMES:]
    if not measured:
        raise ValueError(
            f'there are {len(times) + 1} images; a profile needs {WARM_UP_FRAMES + 2} or more')
    mean_total = float(np.mean([lap[TOTAL] for lap in measured]))
    return Profile(
        tuple(_stage(name, [lap[name] for lap in measured], mean_total) for name in measured[0]),
        len(measured), 1 / mean_total, init_ms, tracker.memory_bytes)


def _stage(name: str, seconds: list[float], mean_total: float) -> Stage:
    p50, p99 = np.percentile(seconds, (50, 99))
    mean = float(np.mean(seconds))
    return Stage(name, mean * 1e3, float(p50) * 1e3, float(p99) * 1e3, mean / mean_total)


def hardware() -> str:
    """Return the processor, its cores and the versions that decide about speed, in one line."""
    versions = ', '.join(
        f'{name} {version(package)}' for name, package in (
            ('torch', 'torch'), ('openvino', 'openvino'),
            ('OpenCV', 'opencv-contrib-python-headless')))
    return (f'{_processor()}, {len(os.sched_getaffinity(0))} cores; '
            f'Python {platform.python_version()}, {versions}')


def _processor() -> str:
    for line in Path('/proc/cpuinfo').read_text(encoding='utf-8').splitlines():
        key, _, value = line.partition(':')
        if key.strip() == 'model name':
            return value.strip()
    return platform.machine()

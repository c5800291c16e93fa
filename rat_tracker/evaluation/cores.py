"""Which of the processor's cores a process uses.

This module imports nothing heavy on purpose: torch, OpenVINO and OpenCV count the cores when they
are imported, so a process has to be kept to its share before.
"""

from __future__ import annotations

from collections.abc import Collection
import os
from pathlib import Path


def core_shares(cores: Collection[int], workers: int) -> list[set[int]]:
    """Deal cores out to workers; where there are fewer cores than workers, some share one."""
    dealt = sorted(cores)
    return [set(dealt[worker::workers]) or {dealt[worker % len(dealt)]}
            for worker in range(workers)]


def keep_to_cores(share: Collection[int]) -> None:
    """Run this process, all threads that it has by now and those to come, on no other core."""
    for thread in Path('/proc/self/task').iterdir():
        os.sched_setaffinity(int(thread.name), share)

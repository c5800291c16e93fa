"""Which of the processor's cores a worker process uses, and what else it is told when it starts.

This module imports nothing heavy on purpose: torch, OpenVINO and OpenCV count the cores when they
are imported, so a process has to be kept to its share before.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence
import logging
import os
from pathlib import Path
import signal

from distributed import Worker
from distributed import WorkerPlugin


def core_shares(cores: Collection[int], workers: int) -> list[set[int]]:
    """Deal cores out to workers; where there are fewer cores than workers, some share one."""
    dealt = sorted(cores)
    return [set(dealt[worker::workers]) or {dealt[worker % len(dealt)]}
            for worker in range(workers)]


def keep_to_cores(share: Collection[int]) -> None:
    """Run this process, all threads that it has by now and those to come, on no other core."""
    for thread in Path('/proc/self/task').iterdir():
        os.sched_setaffinity(int(thread.name), share)


class QuietShare(WorkerPlugin):  # type: ignore[misc]  # dask has no types
    """Keeps each worker process to its cores, and quiet; one that is started again, too.

    What goes wrong in a worker is told by the exception that it sends, not by its log, and an
    interrupt from the keyboard is for the process that started it.

    :param shares: the cores of each worker, whose names are 0, 1, …
    """

    def __init__(self, shares: Sequence[Collection[int]]) -> None:
        self._shares = shares

    def setup(self, worker: Worker) -> None:
        keep_to_cores(self._shares[int(worker.name)])
        logging.getLogger('distributed').setLevel(logging.CRITICAL + 1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

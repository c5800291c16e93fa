"""All trackers on all sequences, going on from what is finished."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from distributed import Client

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.machine import processor
from rat_tracker.evaluation.report.summary import ALL
from rat_tracker.evaluation.running.cluster import local_cluster
from rat_tracker.evaluation.running.cluster import remote_cluster
from rat_tracker.evaluation.running.fingerprint import fingerprint
from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.jobs import run_jobs
from rat_tracker.evaluation.running.outcome import Failure
from rat_tracker.evaluation.running.runner import SequenceRun
from rat_tracker.evaluation.running.store import Store
from rat_tracker.evaluation.running.store import TIME

Outcomes = dict[tuple[str, str], SequenceRun | Failure]  # by names of tracker and sequence


@dataclass(frozen=True)
class Means:
    """What does the work.

    :param workers: processes of this machine
    :param scheduler: address of a running ``dask`` scheduler, whose workers are taken instead
    """

    workers: int = 1
    scheduler: str | None = None


class Measurement:
    """A benchmark that can be interrupted.

    :param store: finished runs; those that were made of the same are not made again
    """

    def __init__(self, jobs: Iterable[Job], store: Store) -> None:
        self._store = store
        self.outcomes: Outcomes = {}
        self.waiting: list[Job] = []
        for job in jobs:
            run = store.load(job.tracker, job.sequence, _fingerprint(job))
            if run is None:
                self.waiting.append(job)
            else:
                self.outcomes[job.tracker, job.sequence.name] = run

    def run(self, means: Means, on_frames: Callable[[int], None]) -> str:
        """Do what is waiting, one tracker after another; each run is stored as soon as it is done.

        :param on_frames: see ``run_jobs``
        :return: the processors that did it, in words
        :raises rat_tracker.evaluation.running.cluster.ClusterError: the scheduler cannot be used
        :raises OSError: the runs cannot be stored
        """
        for job in self.waiting:
            self._store.discard(job.tracker, job.sequence)
        if means.scheduler is None:
            # Each tracker in processes of its own: its memory is not mixed with another's.
            for jobs in self._by_tracker():
                with local_cluster(means.workers) as client:
                    self._collect(jobs, client, on_frames)
            return processor()
        with remote_cluster(means.scheduler) as client:
            for jobs in self._by_tracker():
                self._collect(jobs, client, on_frames)
            return '; '.join(sorted(set(client.run(processor).values())))

    def _by_tracker(self) -> Iterator[list[Job]]:
        for _, jobs in groupby(self.waiting, key=lambda job: job.tracker):
            yield list(jobs)

    def _collect(
        self, jobs: list[Job], client: Client, on_frames: Callable[[int], None],
    ) -> None:
        with closing(run_jobs(jobs, client, on_frames)) as done:
            for job, outcome in done:
                self.outcomes[job.tracker, job.sequence.name] = (
                    outcome if isinstance(outcome, Failure) else
                    self._store.save(job.tracker, job.sequence, outcome, _fingerprint(job)))


def _fingerprint(job: Job) -> str:
    return fingerprint(job.tracker, job.sequence, job.realtime, job.nano_models)


def make_jobs(
    trackers: Iterable[str], sequences: Iterable[Sequence], realtime: float | None,
    nano_models: Path | None,
) -> list[Job]:
    """Pair every tracker with every sequence, one tracker after another.

    :raises ValueError: a sequence has a name that stands for something else in the files
    """
    sequences = list(sequences)
    names = {sequence.name for sequence in sequences}
    for name in sorted(names):
        if name == ALL or (name.endswith(TIME) and name.removesuffix(TIME) in names):
            raise ValueError(f'a sequence is called {name}, as is something else in the files '
                             'that are written; rename its folder')
    return [Job(tracker, sequence, realtime, nano_models)
            for tracker in trackers for sequence in sequences]

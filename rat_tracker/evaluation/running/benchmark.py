"""All trackers on all sequences, going on from what is finished."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Generator
from collections.abc import Iterable
from collections.abc import Sequence as List
from contextlib import closing
from itertools import groupby
from pathlib import Path

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.fingerprint import fingerprint
from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.rounds import run_rounds
from rat_tracker.evaluation.running.rounds import Speed
from rat_tracker.evaluation.running.rounds import speeds
from rat_tracker.evaluation.running.store import Store
from rat_tracker.evaluation.running.store import TIME
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun

ALL = 'ALL'  # stands for all sequences in the files that are written
OnFrames = Callable[[int], None]
# What runs jobs and yields each with its outcome as it is done, such as workers.run_jobs.
RunJobs = Callable[[List[Job], OnFrames],
                   Generator[tuple[Job, SequenceRun | Failure], None, None]]


class Benchmark:
    """Trackers on sequences; it can be interrupted, and finished runs are not made again.

    :param trackers: see ``create_tracker_or_baseline``
    :param store: finished runs; those that were made of the same count
    :param realtime: see ``run_sequence``
    :raises ValueError: a sequence has a name that stands for something else in the files
    """

    def __init__(
        self, trackers: Iterable[str], sequences: Iterable[Sequence], store: Store,
        realtime: float | None = None, nano_models: Path | None = None,
    ) -> None:
        self._store = store
        sequences = list(sequences)
        _require_names({sequence.name for sequence in sequences})
        # By names of tracker and sequence, one tracker after another.
        self._jobs = {(tracker, sequence.name): Job(tracker, sequence, realtime, nano_models)
                      for tracker in trackers for sequence in sequences}
        stored = ((key, store.load(job.tracker, job.sequence, _fingerprint(job)))
                  for key, job in self._jobs.items())
        self.outcomes: dict[tuple[str, str], SequenceRun | Failure] = {
            key: run for key, run in stored if run is not None}

    @property
    def jobs(self) -> list[Job]:
        """Return all there is to do, finished or not, one tracker after another."""
        return list(self._jobs.values())

    @property
    def waiting(self) -> list[Job]:
        """Return what is not finished."""
        return [job for key, job in self._jobs.items() if key not in self.outcomes]

    @property
    def frames(self) -> int:
        """Return how many frames one round of all has."""
        return sum(len(job.sequence.frames) for job in self._jobs.values())

    def run(self, run_jobs: RunJobs, on_frames: OnFrames) -> None:
        """Do what is waiting; each run is stored as soon as it is done.

        :param on_frames: called from time to time with how many more frames are done
        :raises OSError: the runs cannot be stored
        """
        waiting = self.waiting
        for job in waiting:
            self._store.discard(job.tracker, job.sequence)
        # One tracker after another: the memory of one is not mixed with another's.
        for _, jobs in groupby(waiting, key=lambda job: job.tracker):
            with closing(run_jobs(list(jobs), on_frames)) as done:
                for job, outcome in done:
                    self._keep(job, outcome)

    def run_rounds(self, rounds: int, on_frames: OnFrames) -> list[Speed]:
        """Let the trackers take turns, all of it anew; what the first round gives is stored.

        :param on_frames: called from time to time with how many more frames are done
        :return: the trackers' speeds over all rounds
        :raises OSError: the runs cannot be stored
        """
        self.outcomes.clear()
        for job in self._jobs.values():
            self._store.discard(job.tracker, job.sequence)
        turns = []
        with closing(run_rounds(self._jobs.values(), rounds, on_frames)) as done:
            for turn in done:
                turns.append(turn)
                if turn.number == 0:
                    self._keep(turn.job, turn.outcome)
        return speeds(turns)

    def _keep(self, job: Job, outcome: SequenceRun | Failure) -> None:
        self.outcomes[job.tracker, job.sequence.name] = (
            outcome if isinstance(outcome, Failure) else
            self._store.save(job.tracker, job.sequence, outcome, _fingerprint(job)))


def _fingerprint(job: Job) -> str:
    return fingerprint(job.tracker, job.sequence, job.realtime, job.nano_models)


def _require_names(names: set[str]) -> None:
    for name in sorted(names):
        if name == ALL or (name.endswith(TIME) and name.removesuffix(TIME) in names):
            raise ValueError(f'a sequence is called {name}, as is something else in the files '
                             'that are written; rename its folder')

"""The workers of a ``dask`` scheduler that runs already, on this machine or on others.

This module alone imports ``distributed``, which requirements/scheduler.txt lists.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Generator
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from uuid import uuid4

from distributed import as_completed
from distributed import Client
from distributed import get_worker
from distributed import KilledWorker

from rat_tracker.evaluation.machine import processor
from rat_tracker.evaluation.running.fingerprint import code_digest
from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.jobs import JobRunner
from rat_tracker.evaluation.running.jobs import PROCESS_ENDED
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.system.shell import shell_word

_CONNECT_SECONDS = 10
# One process measures one tracker at a time, however many threads the user gave a worker.
_MEASURING = Lock()


class SchedulerError(RuntimeError):
    """A scheduler that cannot be used; the message says why and what to do."""


class Scheduler:
    """What a scheduler's workers do; see ``connected``."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def processors(self) -> str:
        """Return the workers' processors, in words."""
        return '; '.join(sorted(set(self._client.run(processor).values())))

    def run_jobs(
        self, jobs: Iterable[Job], on_frames: Callable[[int], None],
    ) -> Generator[tuple[Job, SequenceRun | Failure], None, None]:
        """Run all jobs; yield each with its outcome as it is done.

        :param on_frames: called now and then, in another thread, with how many more frames are
            done
        :raises SchedulerError: the scheduler is lost
        """
        topic = f'rat_tracker-{uuid4().hex}'
        self._client.subscribe_topic(topic, lambda event: on_frames(event[1]))
        # The longest first, so that no worker is left with one at the end.
        ordered = sorted(jobs, key=lambda job: -len(job.sequence.frames))
        futures = {
            self._client.submit(_run, job, topic, pure=False, key=f'{topic}-{number}'): job
            for number, job in enumerate(ordered)}
        try:
            for future in as_completed(futures):
                if future.cancelled():
                    raise SchedulerError(
                        'the scheduler was lost; what was finished is kept: start the scheduler '
                        'and give the same command again')
                error = future.exception()
                yield futures[future], _outcome(error) if error else future.result()
                future.release()
        finally:
            self._client.cancel([future for future in futures if not future.done()])
            self._client.unsubscribe_topic(topic)


@contextmanager
def connected(address: str) -> Iterator[Scheduler]:
    """Use a scheduler that runs already, and the workers that it has.

    :param address: such as ``tcp://192.168.1.20:8786``
    :raises SchedulerError: it does not answer, has no worker, or a worker has another version of
        this package
    """
    try:
        client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise SchedulerError(
            f'scheduler {address!r} does not answer ({_line(error)}); start one with '
            '`dask scheduler`, and name the address that it prints') from None
    with client:
        if not client.scheduler_info(n_workers=-1)['workers']:
            raise SchedulerError(
                f'scheduler {address} has no worker; start one on each machine with '
                f'`dask worker {shell_word(address)} --nthreads 1`')
        here = code_digest()
        for worker, outcome in client.run(code_digest, on_error='return').items():
            if outcome != here:
                found = (_line(outcome) if isinstance(outcome, Exception)
                         else 'rat_tracker, or a library of requirements/runtime.txt, differs')
                raise SchedulerError(
                    f'worker {worker} would not measure the same ({found}); install the same '
                    'versions there')
        yield Scheduler(client)


def _outcome(error: BaseException) -> Failure:
    return PROCESS_ENDED if isinstance(error, KilledWorker) else Failure(_line(error))


def _line(error: BaseException) -> str:
    return ' '.join(f'{type(error).__name__}: {error}'.split())


def _run(job: Job, topic: str) -> SequenceRun | Failure:
    with _MEASURING:
        return _runner().run(job, lambda frames: get_worker().log_event(topic, frames))


@lru_cache(maxsize=1)
def _runner() -> JobRunner:
    """Keep one in the worker's process from job to job."""
    return JobRunner()

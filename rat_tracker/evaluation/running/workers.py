"""Worker processes of this machine, each kept to its share of the cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Generator
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.connection import wait
from multiprocessing.resource_tracker import ensure_running
import os
import signal

from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.jobs import JobRunner
from rat_tracker.evaluation.running.jobs import PROCESS_ENDED
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun


def core_shares(cores: Collection[int], workers: int) -> list[set[int]]:
    """Deal cores out to workers; where there are fewer cores than workers, some share one."""
    dealt = sorted(cores)
    return [set(dealt[worker::workers]) or {dealt[worker % len(dealt)]}
            for worker in range(workers)]


def run_jobs(
    jobs: Iterable[Job], on_frames: Callable[[int], None], workers: int = 1,
) -> Generator[tuple[Job, SequenceRun | Failure], None, None]:
    """Run all jobs in worker processes; yield each with its outcome as it is done.

    There is a process also where there is one worker only: whatever is drawn on the terminal
    meanwhile takes no time from the tracker. Whoever closes the generator ends all of them.

    :param on_frames: called from time to time with how many more frames are done
    """
    # The longest first, so that no worker is left with one at the end.
    waiting = deque(sorted(jobs, key=lambda job: -len(job.sequence.frames)))
    shares = core_shares(os.sched_getaffinity(0), workers)[:len(waiting)]
    with ExitStack() as stack:
        idle = [stack.enter_context(closing(Worker(share))) for share in shares]
        busy: dict[Connection, tuple[Worker, Job]] = {}
        while waiting or busy:
            while waiting and idle:
                worker, job = idle.pop(), waiting.popleft()
                worker.start(job)
                busy[worker.connection] = worker, job
            for ready in busy.keys() & set(wait(busy)):
                worker, job = busy[ready]
                message = worker.receive()
                if isinstance(message, int):
                    on_frames(message)
                else:
                    del busy[ready]
                    idle.append(worker)
                    yield job, message


class Worker:
    """A process that runs one job at a time; one that ends is replaced.

    It is a fresh one: a fork would carry the locks of this process's threads along, but not the
    threads.

    :param cores: those that it may use
    """

    def __init__(self, cores: Collection[int]) -> None:
        self._cores = cores
        self._open()

    def start(self, job: Job) -> None:
        """Give it a job; ``receive`` tells how it goes."""
        with suppress(BrokenPipeError):  # it has ended while it was idle: receive says so
            self.connection.send(job)

    def receive(self) -> int | SequenceRun | Failure:
        """Wait for the number of frames that were done lately, or for what came of the job."""
        try:
            message: int | SequenceRun | Failure = self.connection.recv()
        except (EOFError, OSError):  # at a message's end, or within it
            self.close()
            self._open()
            return PROCESS_ENDED
        return message

    def run(self, job: Job, on_frames: Callable[[int], None]) -> SequenceRun | Failure:
        """Run a job and wait for it."""
        self.start(job)
        while isinstance(message := self.receive(), int):
            on_frames(message)
        return message

    def close(self) -> None:
        """End the process at once, whatever it does."""
        self._process.kill()
        self._process.join()
        self.connection.close()

    def _open(self) -> None:
        context = get_context('spawn')
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _passing_on(self._cores):
            self._process.start()
        theirs.close()


@contextmanager
def _passing_on(cores: Collection[int]) -> Iterator[None]:
    """Let a process that is started meanwhile use these cores, and hear no Ctrl-C.

    It inherits both from this thread. torch, OpenVINO and OpenCV count the cores when they are
    imported: afterwards it is too late. Ctrl-C is for this process, which ends the others.
    """
    ensure_running()  # a process of multiprocessing's own, whose start would let Ctrl-C in again
    own = os.sched_getaffinity(0)
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


def _serve(connection: Connection) -> None:
    """Run what comes through the connection until the other end is closed."""
    runner = JobRunner()
    with suppress(EOFError, ConnectionError):
        while True:
            connection.send(runner.run(connection.recv(), connection.send))

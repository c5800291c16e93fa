"""A scheduler of the user's gives what a run in this process gives, or says why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
import os
from pathlib import Path
import subprocess
import sys

from distributed import Client
import pytest
from support_datasets import write_sequence
from support_runs import end_by_force
from support_runs import long_sequence
from support_runs import require_same_boxes
from support_runs import TRACKER

from rat_tracker.datasets import load_dataset
from rat_tracker.evaluation.machine import processor
from rat_tracker.evaluation.running import scheduler as scheduler_module
from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.scheduler import connected
from rat_tracker.evaluation.running.scheduler import SchedulerError


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        running.terminate()
        running.communicate(timeout=100)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A scheduler that somebody else started, on loopback; its address."""
    file = tmp_path / 'scheduler.json'
    with process('-m', 'distributed.cli.dask_scheduler', '--host', '127.0.0.1', '--port', '0',
                 '--no-dashboard', '--scheduler-file', str(file)) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if 'Scheduler at:' in line:
                break
        yield line.split()[-1]


@pytest.mark.whole
def test_cluster_of_the_user_does_the_same(scheduler: str, tmp_path: Path) -> None:
    for seed in range(3):
        write_sequence(tmp_path / 'set' / f'card{seed}', seed=seed)
    sequences = load_dataset(tmp_path / 'set')
    frames: list[int] = []

    with ExitStack() as stack:
        for _ in range(2):
            worker = stack.enter_context(process(
                '-m', 'distributed.cli.dask_worker', scheduler, '--host', '127.0.0.1',
                '--nthreads', '1', '--no-dashboard'))
            assert worker.stderr is not None
            next(line for line in worker.stderr if 'Registered to' in line)

        with connected(scheduler) as cluster:
            assert cluster.processors() == processor()
            outcomes = {job.sequence.name: outcome for job, outcome in cluster.run_jobs(
                [Job(TRACKER, sequence) for sequence in sequences], frames.append)}

    require_same_boxes(outcomes, sequences)
    assert len(outcomes) == 3
    assert sum(frames) == 18


@pytest.mark.whole
def test_scheduler_that_is_lost_in_the_middle_is_named(
    scheduler: str, tmp_path: Path,
) -> None:
    sequence = long_sequence(tmp_path / 'set')
    with process('-m', 'distributed.cli.dask_worker', scheduler, '--host', '127.0.0.1',
                 '--nthreads', '1', '--no-dashboard') as worker:
        assert worker.stderr is not None
        next(line for line in worker.stderr if 'Registered to' in line)
        with Client(scheduler) as client:
            pid = client.run_on_scheduler(os.getpid)
        with connected(scheduler) as cluster:
            runs = cluster.run_jobs([Job(TRACKER, sequence)], lambda _: end_by_force(pid))
            with pytest.raises(SchedulerError, match='the scheduler was lost; what was finished'):
                list(runs)


def test_scheduler_without_workers_is_refused(scheduler: str) -> None:
    with pytest.raises(SchedulerError, match=r'has no worker; start one'), connected(scheduler):
        pass


def test_scheduler_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler_module, '_CONNECT_SECONDS', 0.5)

    with pytest.raises(SchedulerError, match=r"127\.0\.0\.1:9' does not answer"), \
            connected('tcp://127.0.0.1:9'):
        pass

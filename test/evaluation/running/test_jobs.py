"""Runs in worker processes, here or on a cluster, give what a run in this process gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import suppress
import os
from pathlib import Path
import signal
import subprocess
import sys

import pytest
from support_datasets import write_sequence

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running import cluster
from rat_tracker.evaluation.running.baselines import create_baseline
from rat_tracker.evaluation.running.cluster import ClusterError
from rat_tracker.evaluation.running.cluster import local_cluster
from rat_tracker.evaluation.running.cluster import remote_cluster
from rat_tracker.evaluation.running.cores import core_shares
from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.jobs import run_jobs
from rat_tracker.evaluation.running.outcome import Failure
from rat_tracker.evaluation.running.runner import run_sequence
from rat_tracker.evaluation.running.runner import SequenceRun


@pytest.fixture
def sequences(tmp_path: Path) -> list[Sequence]:
    for seed in range(3):
        write_sequence(tmp_path / f'card{seed}', seed=seed)
    return load_dataset(tmp_path)


def require_same_boxes(
    outcomes: dict[str, SequenceRun | Failure], sequences: list[Sequence],
) -> None:
    assert len(outcomes) == len(sequences)
    for sequence in sequences:
        here = run_sequence(create_baseline('opencv:csrt'), sequence)
        there = outcomes[sequence.name]
        assert isinstance(there, SequenceRun)
        assert there.boxes.tolist() == here.boxes.tolist()


def test_cores_are_dealt_out() -> None:
    assert core_shares({0, 1, 2, 3, 4}, 2) == [{0, 2, 4}, {1, 3}]
    assert core_shares({3, 7}, 1) == [{3, 7}]
    assert core_shares({3, 7}, 3) == [{3}, {7}, {3}]


@pytest.mark.parametrize('workers', [1, 2])
def test_number_and_order_of_workers_change_nothing(
    sequences: list[Sequence], workers: int,
) -> None:
    frames: list[int] = []

    with local_cluster(workers) as client:
        outcomes = {job.sequence.name: outcome for job, outcome in run_jobs(
            [Job('opencv:csrt', sequence) for sequence in reversed(sequences)], client,
            frames.append)}

    require_same_boxes(outcomes, sequences)
    assert sum(frames) == 18


def test_run_that_fails_says_why_and_the_others_finish(
    sequences: list[Sequence], tmp_path: Path,
) -> None:
    sequences[1].boxes[0] = (500, 500, 9, 9)  # outside of the image
    broken = tmp_path / 'card2' / 'img' / '0004.jpg'
    broken.write_bytes(b'not an image')

    with local_cluster(1) as client:
        outcomes = {job.sequence.name: outcome for job, outcome in run_jobs(
            [Job('opencv:csrt', sequence) for sequence in sequences], client)}

    assert isinstance(outcomes['card0'], SequenceRun)
    refused, unreadable = outcomes['card1'], outcomes['card2']
    assert isinstance(refused, Failure)
    assert refused.reason.startswith('ValueError: ')
    assert unreadable == Failure(f'image {broken} cannot be read; replace the file')


def lengthen(folder: Path, times: int) -> None:
    """Repeat a sequence, so that its run is far from done when the first report of it comes."""
    images, truth = sorted((folder / 'img').iterdir()), folder / 'groundtruth_rect.txt'
    for number in range(len(images), times * len(images)):
        (folder / 'img' / f'{number + 1:04}.jpg').hardlink_to(images[number % len(images)])
    truth.write_text(times * truth.read_text())


def end_by_force(pid: int) -> None:
    with suppress(ProcessLookupError):  # it has ended at an earlier report
        os.kill(pid, signal.SIGKILL)


def test_worker_that_is_ended_by_the_system_is_a_failure(tmp_path: Path) -> None:
    """As Linux ends a process when there is no more memory."""
    write_sequence(tmp_path / 'long')
    lengthen(tmp_path / 'long', 300)
    sequence, = load_dataset(tmp_path)

    with local_cluster(1) as client:
        pid, = client.run(os.getpid).values()
        (_, outcome), = run_jobs(
            [Job('rat', sequence)], client, lambda _: end_by_force(pid))

    assert isinstance(outcome, Failure)
    assert 'the worker process ended in the middle, probably for want of memory' in outcome.reason


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


def test_cluster_of_the_user_does_the_same(scheduler: str, sequences: list[Sequence]) -> None:
    with ExitStack() as stack:
        for _ in range(2):
            worker = stack.enter_context(process(
                '-m', 'distributed.cli.dask_worker', scheduler, '--host', '127.0.0.1',
                '--nthreads', '1', '--no-dashboard'))
            assert worker.stderr is not None
            next(line for line in worker.stderr if 'Registered to' in line)

        with remote_cluster(scheduler) as client:
            assert len(client.scheduler_info()['workers']) == 2
            outcomes = {job.sequence.name: outcome for job, outcome in run_jobs(
                [Job('opencv:csrt', sequence) for sequence in sequences], client)}

    require_same_boxes(outcomes, sequences)


def test_scheduler_that_is_lost_in_the_middle_is_named(
    scheduler: str, tmp_path: Path,
) -> None:
    write_sequence(tmp_path / 'long')
    lengthen(tmp_path / 'long', 300)
    sequence, = load_dataset(tmp_path)
    with process('-m', 'distributed.cli.dask_worker', scheduler, '--host', '127.0.0.1',
                 '--nthreads', '1', '--no-dashboard') as worker:
        assert worker.stderr is not None
        next(line for line in worker.stderr if 'Registered to' in line)
        with remote_cluster(scheduler) as client:
            pid = client.run_on_scheduler(os.getpid)
            runs = run_jobs(
                [Job('rat', sequence)], client, lambda _: end_by_force(pid))
            with pytest.raises(ClusterError, match='the scheduler was lost; what was finished'):
                list(runs)


def test_scheduler_without_workers_is_refused(scheduler: str) -> None:
    with pytest.raises(ClusterError, match=r'has no worker; start one'), remote_cluster(scheduler):
        pass


def test_scheduler_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, '_CONNECT_SECONDS', 0.5)

    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:9' does not answer"), \
            remote_cluster('tcp://127.0.0.1:9'):
        pass


def test_workers_of_this_machine_listen_on_loopback_only_and_want_certificates() -> None:
    with local_cluster(1) as client:
        addresses = [client.scheduler.address, *client.scheduler_info()['workers']]

    assert all(address.startswith('tls://127.0.0.1:') for address in addresses)


def test_worker_that_is_started_again_keeps_to_its_cores() -> None:
    first_core = {min(os.sched_getaffinity(0))}
    with local_cluster(len(os.sched_getaffinity(0))) as client:
        before = set(client.run(os.getpid).values())
        shares = client.run(os.sched_getaffinity, 0)
        client.restart()
        after = set(client.run(os.getpid).values())
        shares_after = client.run(os.sched_getaffinity, 0)

    assert not before & after
    assert first_core in shares.values()
    assert sorted(map(sorted, shares.values())) == sorted(map(sorted, shares_after.values()))


def test_libraries_may_use_all_cores_of_a_worker() -> None:
    with local_cluster(1) as client:
        threads, = client.run(os.environ.get, 'OMP_NUM_THREADS').values()

    assert threads is None

"""Runs in worker processes of this machine give what a run in this process gives."""

from __future__ import annotations

from contextlib import closing
from multiprocessing import active_children
import os
from pathlib import Path
import signal

import pytest
from support_datasets import write_sequence
from support_runs import end_by_force
from support_runs import long_sequence
from support_runs import require_same_boxes
from support_runs import TRACKER

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.jobs import PROCESS_ENDED
from rat_tracker.evaluation.running.workers import core_shares
from rat_tracker.evaluation.running.workers import run_jobs
from rat_tracker.evaluation.running.workers import Worker
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun


@pytest.fixture
def sequences(tmp_path: Path) -> list[Sequence]:
    for seed in range(3):
        write_sequence(tmp_path / f'card{seed}', seed=seed)
    return list(load_dataset(tmp_path))


def ignore(_: int) -> None:
    """Take no interest in how many frames are done."""


def pid_of_the_worker() -> int:
    child, = active_children()
    assert child.pid is not None
    return child.pid


def test_cores_are_dealt_out() -> None:
    assert core_shares({0, 1, 2, 3, 4}, 2) == [{0, 2, 4}, {1, 3}]
    assert core_shares({3, 7}, 1) == [{3, 7}]
    assert core_shares({3, 7}, 3) == [{3}, {7}, {3}]


def test_number_and_order_of_workers_change_nothing(sequences: list[Sequence]) -> None:
    frames: list[int] = []

    outcomes = {job.sequence.name: outcome for job, outcome in run_jobs(
        [Job(TRACKER, sequence) for sequence in reversed(sequences)], frames.append, workers=2)}

    assert len(outcomes) == 3
    require_same_boxes(outcomes, sequences)
    assert sum(frames) == 18
    assert active_children() == []


def test_run_that_fails_says_why_and_the_others_finish(
    sequences: list[Sequence], tmp_path: Path,
) -> None:
    sequences[1].boxes[0] = (500, 500, 9, 9)  # outside of the image
    broken = tmp_path / 'card2' / 'img' / '0004.jpg'
    broken.write_bytes(b'not an image')

    outcomes = {job.sequence.name: outcome for job, outcome in run_jobs(
        [Job(TRACKER, sequence) for sequence in sequences], ignore)}

    assert isinstance(outcomes['card0'], SequenceRun)
    refused, unreadable = outcomes['card1'], outcomes['card2']
    assert isinstance(refused, Failure)
    assert refused.reason.startswith('ValueError: ')
    assert unreadable == Failure(
        f'image {broken} cannot be read: it is no image; replace the file')


def test_worker_that_is_ended_by_the_system_is_a_failure_and_the_others_finish(
    sequences: list[Sequence], tmp_path: Path,
) -> None:
    """As Linux ends a process when there is no more memory."""
    long = long_sequence(tmp_path)
    ended: list[int] = []

    def end_once(_: int) -> None:
        if not ended:
            ended.append(pid_of_the_worker())
            end_by_force(ended[0])
    outcomes = {job.sequence.name: outcome for job, outcome in run_jobs(
        [Job(TRACKER, long), Job(TRACKER, sequences[0])], end_once)}

    assert outcomes['long'] == PROCESS_ENDED
    assert 'probably for want of memory' in PROCESS_ENDED.reason
    assert isinstance(outcomes['card0'], SequenceRun)


def test_worker_keeps_to_its_cores_and_so_does_the_one_that_replaces_it(
    sequences: list[Sequence],
) -> None:
    cores = os.sched_getaffinity(0)
    share = {min(cores)}
    with closing(Worker(share)) as worker:
        first = pid_of_the_worker()
        assert os.sched_getaffinity(first) == share
        end_by_force(first)
        assert worker.run(Job(TRACKER, sequences[0]), ignore) == PROCESS_ENDED
        second = pid_of_the_worker()
        assert second != first
        assert os.sched_getaffinity(second) == share

    assert os.sched_getaffinity(0) == cores


def test_interrupt_from_the_keyboard_is_not_for_the_worker(sequences: list[Sequence]) -> None:
    with closing(Worker(os.sched_getaffinity(0))) as worker:
        worker.start(Job(TRACKER, sequences[0]))
        os.kill(pid_of_the_worker(), signal.SIGINT)
        while isinstance(message := worker.receive(), int):
            pass

    assert isinstance(message, SequenceRun)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()


def test_whoever_stops_waiting_ends_all_at_once(
    sequences: list[Sequence], tmp_path: Path,
) -> None:
    long = long_sequence(tmp_path)
    runs = run_jobs([Job(TRACKER, long), Job(TRACKER, sequences[0])], ignore, workers=2)
    job, _ = next(runs)
    assert job.sequence.name == 'card0'
    assert len(active_children()) == 2

    runs.close()

    assert active_children() == []

"""One pass over a sequence: what the tracker is told, what is counted, what is measured."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
import math
from pathlib import Path

import pytest
from support_datasets import write_sequence
from support_trackers import ScriptedTracker

from rat_tracker.evaluation import runner
from rat_tracker.evaluation.benchmark import Job
from rat_tracker.evaluation.benchmark import run_jobs
from rat_tracker.evaluation.cores import core_shares
from rat_tracker.evaluation.datasets import DatasetError
from rat_tracker.evaluation.datasets import load_dataset
from rat_tracker.evaluation.datasets import read_image
from rat_tracker.evaluation.datasets import Sequence
from rat_tracker.evaluation.peers import create_peer
from rat_tracker.evaluation.runner import run_sequence
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import TrackResult


@pytest.fixture
def sequence(tmp_path: Path) -> Sequence:
    write_sequence(tmp_path / 'set' / 'card')
    found, = load_dataset(tmp_path / 'set')
    return found


def truth(sequence: Sequence) -> list[Box]:
    return [Box(*row) for row in sequence.boxes.tolist()]


def test_tracker_is_told_the_first_box_and_shown_every_image_once(sequence: Sequence) -> None:
    tracker = ScriptedTracker(truth(sequence)[1:], [1.0] * 5)

    run_sequence(tracker, sequence)

    assert tracker.started == truth(sequence)[:1]
    assert len(tracker.images) == 6
    assert all(image.shape == (120, 160, 3) for image in tracker.images)


def test_perfect_tracker_scores_twenty_of_twenty_one(sequence: Sequence) -> None:
    run = run_sequence(ScriptedTracker(truth(sequence)[1:], [1.0] * 5), sequence)

    assert run.auc == pytest.approx(20 / 21)
    assert run.precision_20 == 1
    assert run.boxes == pytest.approx(sequence.boxes)


def test_first_frame_is_counted(sequence: Sequence) -> None:
    """As in OTB: even a tracker that is wrong from the second frame on has one of six right."""
    run = run_sequence(ScriptedTracker([Box(500, 500, 9, 9)] * 5, [1.0] * 5), sequence)

    assert run.auc == pytest.approx(20 / 21 / 6)
    assert run.precision_20 == pytest.approx(1 / 6)


def test_every_frame_is_reported(sequence: Sequence) -> None:
    ticks: list[None] = []

    run_sequence(
        ScriptedTracker(truth(sequence)[1:], [1.0] * 5), sequence, lambda: ticks.append(None))

    assert len(ticks) == 6


class Clock:
    """Shows the time that was spent on it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Slow(ScriptedTracker):
    """Takes a known time for each call."""

    clock: Clock = field(default_factory=Clock)

    def init(self, image: Image, box: Box) -> None:
        self.clock.now += 0.02
        super().init(image, box)

    def track(self, image: Image) -> TrackResult:
        self.clock.now += 0.01
        return super().track(image)


def test_time_is_that_of_the_tracker_alone(
    sequence: Sequence, monkeypatch: pytest.MonkeyPatch,
) -> None:
    tracker = Slow(truth(sequence)[1:], [1.0] * 5)
    monkeypatch.setattr(runner, 'perf_counter', tracker.clock)

    def read_slowly(path: Path) -> Image:
        tracker.clock.now += 1
        return read_image(path)
    monkeypatch.setattr(runner, 'read_image', read_slowly)

    run = run_sequence(tracker, sequence)

    assert run.fps == pytest.approx(100)
    assert run.init_seconds == pytest.approx(0.02)


def test_sequence_of_one_frame_has_no_speed(sequence: Sequence) -> None:
    run = run_sequence(ScriptedTracker([], []), sequence.first(1))

    assert math.isnan(run.fps)
    assert run.auc == pytest.approx(20 / 21)


def test_unreadable_image_ends_the_run_and_is_named(sequence: Sequence) -> None:
    sequence.images[3].write_bytes(b'not an image')

    with pytest.raises(DatasetError, match=r'0004\.jpg cannot be read'):
        run_sequence(ScriptedTracker(truth(sequence)[1:], [1.0] * 5), sequence)


def test_cores_are_dealt_out() -> None:
    assert core_shares({0, 1, 2, 3, 4}, 2) == [{0, 2, 4}, {1, 3}]
    assert core_shares({3, 7}, 1) == [{3, 7}]
    assert core_shares({3, 7}, 3) == [{3}, {7}, {3}]


def test_jobs_run_in_processes_and_give_what_a_run_here_gives(tmp_path: Path) -> None:
    for seed in range(3):
        write_sequence(tmp_path / f'card{seed}', seed=seed)
    sequences = load_dataset(tmp_path)
    frames: list[int] = []

    outcomes = {
        job.sequence.name: run for job, run in run_jobs(
            [Job('opencv:csrt', sequence) for sequence in sequences], 2, frames.append)}

    for sequence in sequences:
        here = run_sequence(create_peer('opencv:csrt'), sequence)
        assert outcomes[sequence.name].auc == here.auc
        assert outcomes[sequence.name].boxes.tolist() == here.boxes.tolist()
    assert sum(frames) == 18


def test_failure_in_a_process_is_raised_here(sequence: Sequence) -> None:
    sequence.images[3].write_bytes(b'not an image')

    with pytest.raises(DatasetError, match=r'0004\.jpg cannot be read'):
        list(run_jobs([Job('opencv:csrt', sequence)]))

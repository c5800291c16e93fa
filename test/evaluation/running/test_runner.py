"""One pass over a sequence: what the tracker is given, what is kept, what is measured."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
import math
from pathlib import Path

import numpy as np
import pytest
from support_datasets import write_sequence
from support_trackers import ScriptedTracker

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import frames
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.frames import read_image
from rat_tracker.evaluation.machine import peak_bytes
from rat_tracker.evaluation.machine import reset_peak
from rat_tracker.evaluation.running import runner
from rat_tracker.evaluation.running.runner import run_sequence
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import TrackResult

ANSWERS = [Box(10 * number, 5, 30, 40) for number in range(1, 6)]
SCORES = [0.9, 0.8, 0.7, 0.6, 0.5]


@pytest.fixture
def sequence(tmp_path: Path) -> Sequence:
    """Six frames of 160×120 pixels."""
    write_sequence(tmp_path / 'set' / 'card')
    found, = load_dataset(tmp_path / 'set')
    return found


def truth(sequence: Sequence) -> list[Box]:
    return [Box(*row) for row in sequence.boxes.tolist()]


def test_tracker_is_given_the_first_box_and_shown_every_image_once(sequence: Sequence) -> None:
    tracker = ScriptedTracker(ANSWERS, SCORES)

    run_sequence(tracker, sequence)

    assert tracker.started == truth(sequence)[:1]
    assert len(tracker.images) == 6
    assert all(image.shape == (120, 160, 3) for image in tracker.images)


def test_results_are_kept_after_the_box_that_was_given(sequence: Sequence) -> None:
    run = run_sequence(ScriptedTracker(ANSWERS, SCORES), sequence)

    assert run.boxes.tolist() == [
        list(box.values) for box in (*truth(sequence)[:1], *ANSWERS)]
    assert run.scores.tolist() == [1.0, *SCORES]
    assert run.image_size == (160, 120)


def test_every_frame_is_reported(sequence: Sequence) -> None:
    ticks: list[None] = []

    run_sequence(ScriptedTracker(ANSWERS, SCORES), sequence, lambda: ticks.append(None))

    assert len(ticks) == 6


class Watch:
    """Shows the time that was spent on it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Slow(ScriptedTracker):
    """Takes a known time for each call."""

    watch: Watch = field(default_factory=Watch)
    init_takes: float = 0.02
    track_takes: float = 0.01

    def init(self, image: Image, box: Box) -> None:
        self.watch.now += self.init_takes
        super().init(image, box)

    def track(self, image: Image) -> TrackResult:
        self.watch.now += self.track_takes
        return super().track(image)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The time that the runner sees."""
    watch = Watch()
    monkeypatch.setattr(runner, 'perf_counter', watch)
    return watch


def test_time_is_that_of_the_tracker_alone(
    sequence: Sequence, watch: Watch, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read_slowly(path: Path) -> Image:
        watch.now += 1
        return read_image(path)
    monkeypatch.setattr(frames, 'read_image', read_slowly)

    run = run_sequence(Slow(ANSWERS, SCORES, watch=watch), sequence)

    assert watch.now > 106  # the images were read on that watch
    assert run.fps == pytest.approx(100)
    assert run.init_seconds == pytest.approx(0.02)
    assert run.seconds == pytest.approx([0.02, 0.01, 0.01, 0.01, 0.01, 0.01])


def test_stages_are_the_means_of_what_the_tracker_reports(sequence: Sequence) -> None:
    run = run_sequence(ScriptedTracker(ANSWERS, SCORES), sequence)

    assert run.stages == pytest.approx({'first': 0.001, 'second': 0.003})


def test_sequence_of_one_frame_has_no_speed(sequence: Sequence) -> None:
    run = run_sequence(ScriptedTracker([], []), sequence.first(1))

    assert math.isnan(run.fps)
    assert run.boxes.tolist() == [list(truth(sequence)[0].values)]


def test_unreadable_image_ends_the_run_and_is_named(sequence: Sequence, tmp_path: Path) -> None:
    (tmp_path / 'set' / 'card' / 'img' / '0004.jpg').write_bytes(b'not an image')

    with pytest.raises(DatasetError, match=r'0004\.jpg cannot be read'):
        run_sequence(ScriptedTracker(ANSWERS, SCORES), sequence)


class TestRealtime:
    """Frames arrive at 10 Hz and do not wait."""

    def test_tracker_that_is_fast_enough_sees_every_frame(
        self, sequence: Sequence, watch: Watch,
    ) -> None:
        tracker = Slow(ANSWERS, SCORES, watch=watch, init_takes=0.1, track_takes=0.1)

        run = run_sequence(tracker, sequence, realtime=10)

        assert run.boxes[1:].tolist() == [list(box.values) for box in ANSWERS]

    def test_frame_that_arrives_during_work_gets_the_last_finished_box(
        self, sequence: Sequence, watch: Watch,
    ) -> None:
        """Frames 1, 3 and 5 are worked on; 2 and 4 arrive in between."""
        tracker = Slow(ANSWERS, SCORES, watch=watch, init_takes=0.1, track_takes=0.15)

        run = run_sequence(tracker, sequence, realtime=10)

        start = truth(sequence)[0]
        assert run.boxes.tolist() == [list(box.values) for box in (
            start, ANSWERS[0], start, ANSWERS[1], ANSWERS[0], ANSWERS[2])]
        assert len(tracker.images) == 4

    def test_frame_that_was_not_worked_on_has_neither_score_nor_time(
        self, sequence: Sequence, watch: Watch,
    ) -> None:
        tracker = Slow(ANSWERS, SCORES, watch=watch, init_takes=0.1, track_takes=0.15)

        run = run_sequence(tracker, sequence, realtime=10)

        assert np.isnan(run.scores).tolist() == [False, False, True, False, True, False]
        assert run.seconds[[1, 3, 5]] == pytest.approx([0.15] * 3)
        assert np.isnan(run.seconds[[2, 4]]).all()
        assert run.fps == pytest.approx(1 / 0.15)
        assert run.stages == pytest.approx({'first': 0.001, 'second': 0.003})

    def test_starting_takes_time_too(self, sequence: Sequence, watch: Watch) -> None:
        tracker = Slow(ANSWERS, SCORES, watch=watch, init_takes=0.25, track_takes=0.1)

        run = run_sequence(tracker, sequence, realtime=10)

        start = list(truth(sequence)[0].values)
        assert run.boxes[:3].tolist() == [start] * 3
        assert run.boxes[3].tolist() == list(ANSWERS[0].values)

    def test_tracker_that_never_finishes_keeps_the_first_box(
        self, sequence: Sequence, watch: Watch,
    ) -> None:
        tracker = Slow(ANSWERS, SCORES, watch=watch, init_takes=60)

        run = run_sequence(tracker, sequence, realtime=10)

        assert run.boxes.tolist() == [list(truth(sequence)[0].values)] * 6
        assert math.isnan(run.fps)


def test_peak_memory_is_that_of_the_time_since_the_reset() -> None:
    before = np.ones(50_000_000, np.uint8)
    del before
    reset_peak()
    low = peak_bytes()

    held = np.ones(100_000_000, np.uint8)

    assert 90_000_000 < peak_bytes() - low < 150_000_000
    del held

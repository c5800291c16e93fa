"""Trackers take turns on the same frames, and are compared within each round."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support_datasets import write_sequence
from support_metrics import box_rows
from support_metrics import run_of
from support_metrics import sequence_of

from rat_tracker.datasets import load_dataset
from rat_tracker.evaluation.running.jobs import Job
from rat_tracker.evaluation.running.rounds import run_rounds
from rat_tracker.evaluation.running.rounds import speeds
from rat_tracker.evaluation.running.rounds import Spread
from rat_tracker.evaluation.running.rounds import Turn
from rat_tracker.evaluation.running.rounds import write_speeds
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun

KCF, CSRT = 'opencv:kcf', 'opencv:csrt'


@pytest.fixture(scope='module')
def turns(tmp_path_factory: pytest.TempPathFactory) -> list[Turn]:
    """Return two rounds of two trackers on two sequences of six frames."""
    folder = tmp_path_factory.mktemp('set')
    for seed, name in enumerate(('cat', 'dog')):
        write_sequence(folder / name, seed=seed)
    done: list[int] = []
    found = list(run_rounds(
        [Job(tracker, sequence) for tracker in (KCF, CSRT) for sequence in load_dataset(folder)],
        2, done.append))
    assert sum(done) == 2 * 2 * 2 * 6
    return found


def test_trackers_take_turns_and_each_round_begins_with_another(turns: list[Turn]) -> None:
    assert [(turn.number, turn.job.sequence.name, turn.job.tracker) for turn in turns] == [
        (0, 'cat', KCF), (0, 'cat', CSRT), (0, 'dog', KCF), (0, 'dog', CSRT),
        (1, 'cat', CSRT), (1, 'cat', KCF), (1, 'dog', CSRT), (1, 'dog', KCF)]


def test_rounds_have_the_same_results_and_every_frame_is_measured(turns: list[Turn]) -> None:
    first, again, other = (turns[number].outcome for number in (0, 5, 1))

    assert isinstance(first, SequenceRun)
    assert isinstance(again, SequenceRun)
    assert isinstance(other, SequenceRun)
    assert (first.boxes == again.boxes).all()
    assert not (first.boxes == other.boxes).all()
    assert np.isfinite(first.seconds).all()
    assert first.cpu_seconds > 0
    assert first.peak_memory > 10_000_000


def turn(number: int, tracker: str, *seconds: float, sequence: str = 'walk') -> Turn:
    """Return a turn with these durations after a start of a second."""
    run = run_of(box_rows(*[(0, 0, 9, 9)] * (len(seconds) + 1)))
    return Turn(number, Job(tracker, sequence_of(run.boxes, name=sequence)), replace(
        run, seconds=np.array([1.0, *seconds]), cpu_seconds=0.5 * len(seconds),
        peak_memory=1000 * (number + 1)))


def failed(number: int, tracker: str, sequence: str) -> Turn:
    return replace(turn(number, tracker, 0.1, sequence=sequence), outcome=Failure('no memory'))


def test_ratio_is_within_a_round_and_its_spread_over_the_rounds() -> None:
    """The machine halves its speed from round to round; the trackers' ratio hardly changes."""
    rat, csrt = speeds([
        turn(0, 'rat', 0.01, 0.01), turn(0, CSRT, 0.02, 0.02),
        turn(1, 'rat', 0.02, 0.02), turn(1, CSRT, 0.05, 0.05),
        turn(2, 'rat', 0.04, 0.04), turn(2, CSRT, 0.12, 0.12)])

    assert rat.reference == csrt.reference == CSRT
    assert (rat.fps.low, rat.fps.median, rat.fps.high) == pytest.approx((25, 50, 100))
    assert (rat.ratio.low, rat.ratio.median, rat.ratio.high) == pytest.approx((2, 2.5, 3))
    assert csrt.ratio == Spread(1, 1, 1)


def test_start_counts_for_no_speed_and_all_frames_for_the_latency() -> None:
    rat, = speeds([turn(0, 'rat', 0.01, 0.03), turn(1, 'rat', 0.02, 0.02)])

    assert rat.fps.median == pytest.approx(50)
    assert rat.p50_ms == pytest.approx(20)
    assert rat.p99_ms == pytest.approx(29.7)
    assert rat.cpu_seconds == pytest.approx(500)
    assert rat.peak_memory == 2000


def test_first_tracker_is_the_reference_where_csrt_is_not_there() -> None:
    rat, kcf = speeds([turn(0, 'rat', 0.02), turn(0, KCF, 0.01)])

    assert (rat.reference, kcf.reference) == ('rat', 'rat')
    assert kcf.ratio.median == pytest.approx(2)


def test_sequence_that_one_tracker_could_not_finish_counts_for_none() -> None:
    rat, csrt = speeds([
        turn(0, 'rat', 0.01), turn(0, CSRT, 0.02),
        turn(0, 'rat', 1.0, sequence='run'), failed(0, CSRT, 'run')])

    assert (rat.fps.median, csrt.fps.median) == pytest.approx((100, 50))


def test_nothing_is_compared_where_no_sequence_was_finished_by_all() -> None:
    assert speeds([turn(0, 'rat', 0.01), failed(0, CSRT, 'walk')]) == []


def test_first_frame_alone_has_no_speed() -> None:
    assert speeds([turn(0, 'rat'), turn(0, CSRT)]) == []


def test_file_can_be_read_by_others(tmp_path: Path) -> None:
    write_speeds(tmp_path / 'speed.csv', speeds([turn(0, 'rat', 0.01), turn(0, CSRT, 0.02)]))

    with (tmp_path / 'speed.csv').open(encoding='utf-8') as file:
        rat, csrt = csv.DictReader(file)
    assert (rat['tracker'], rat['reference'], rat['ratio'], rat['fps_low']) == (
        'rat', CSRT, '2.0000', '100.0000')
    assert (csrt['p99_ms'], csrt['cpu_seconds_per_1000_frames'], csrt['peak_memory_mb']) == (
        '20.0000', '500.0000', '0.0010')

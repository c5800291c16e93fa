"""Finished runs are kept: peers can read them, and nothing that differs is taken for the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support_datasets import write_sequence

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.fingerprint import fingerprint
from rat_tracker.evaluation.running.store import Store
from rat_tracker.evaluation.sequence_run import SequenceRun


@pytest.fixture
def sequence(tmp_path: Path) -> Sequence:
    write_sequence(tmp_path / 'set' / 'walk')
    found, = load_dataset(tmp_path / 'set')
    return found


RUN = SequenceRun(
    boxes=np.array([[0, 0, 9.5, 8], [1.25, 2, 9, 8.12345]]), scores=np.array([1.0, np.nan]),
    seconds=np.array([0.25, np.nan]), stages={'crop': 0.001}, image_size=(64, 48),
    peak_memory=12345, cpu_seconds=0.75)


def test_boxes_and_times_are_written_like_got10k(tmp_path: Path, sequence: Sequence) -> None:
    Store(tmp_path).save('rat:window=0.4', sequence, RUN, 'mark')

    folder = tmp_path / 'results' / 'rat:window=0.4'
    assert (folder / 'walk.txt').read_text().splitlines() == [
        '1.000,1.000,9.500,8.000', '2.250,3.000,9.000,8.123']
    assert (folder / 'walk_time.txt').read_text() == '0.25000000\nnan\n'


def test_boxes_are_written_in_the_origin_of_the_data_set(
    tmp_path: Path, sequence: Sequence,
) -> None:
    Store(tmp_path).save('rat', replace(sequence, origin=0.0), RUN, 'mark')

    assert (tmp_path / 'results' / 'rat' / 'walk.txt').read_text().startswith('0.000,0.000,')


def test_what_is_read_is_what_the_files_say(tmp_path: Path, sequence: Sequence) -> None:
    store = Store(tmp_path)
    store.save('rat', sequence, RUN, 'mark')

    run = store.load('rat', sequence, 'mark')

    assert run is not None
    assert run.boxes.tolist() == [[0, 0, 9.5, 8], [1.25, 2, 9, 8.123]]
    assert np.array_equal(run.scores, [1.0, np.nan], equal_nan=True)
    assert np.array_equal(run.seconds, [0.25, np.nan], equal_nan=True)
    assert (run.stages, run.image_size, run.peak_memory) == ({'crop': 0.001}, (64, 48), 12345)


def test_run_that_was_made_of_something_else_is_not_read(
    tmp_path: Path, sequence: Sequence,
) -> None:
    store = Store(tmp_path)
    store.save('rat', sequence, RUN, 'mark')

    assert store.load('rat', sequence, 'another mark') is None
    assert store.load('rat:window=0.4', sequence, 'mark') is None


@pytest.mark.parametrize('file', [
    'results/rat/walk.txt', 'results/rat/walk_time.txt', 'runs/rat/walk.json'])
def test_run_with_a_missing_file_is_not_finished(
    tmp_path: Path, sequence: Sequence, file: str,
) -> None:
    store = Store(tmp_path)
    store.save('rat', sequence, RUN, 'mark')
    (tmp_path / file).unlink()

    assert store.load('rat', sequence, 'mark') is None


@pytest.mark.parametrize('file', [
    'results/rat/walk.txt', 'results/rat/walk_time.txt', 'runs/rat/walk.json'])
def test_run_with_a_file_that_was_cut_off_is_not_finished(
    tmp_path: Path, sequence: Sequence, file: str,
) -> None:
    store = Store(tmp_path)
    store.save('rat', sequence, RUN, 'mark')
    text = (tmp_path / file).read_text()
    (tmp_path / file).write_text(text[:len(text) // 2])

    assert store.load('rat', sequence, 'mark') is None


def test_mark_changes_with_all_that_a_run_is_made_of(tmp_path: Path, sequence: Sequence) -> None:
    (tmp_path / 'head.onnx').write_bytes(b'one')
    marks = {
        fingerprint('rat', sequence, None, None),
        fingerprint('rat:window=0.4', sequence, None, None),
        fingerprint('rat', sequence.first(3), None, None),
        fingerprint('rat', sequence, 30.0, None),
        fingerprint('rat', replace(sequence, boxes=sequence.boxes + 1), None, None),
        fingerprint('opencv:nano', sequence, None, tmp_path),
    }
    (tmp_path / 'head.onnx').write_bytes(b'two')
    marks.add(fingerprint('opencv:nano', sequence, None, tmp_path))

    assert len(marks) == 7


def test_mark_changes_when_an_image_is_replaced(tmp_path: Path, sequence: Sequence) -> None:
    before = fingerprint('rat', sequence, None, None)
    image = tmp_path / 'set' / 'walk' / 'img' / '0003.jpg'
    image.write_bytes(image.read_bytes() + b'more')

    assert fingerprint('rat', sequence, None, None) != before


def test_record_of_another_shape_is_not_finished(tmp_path: Path, sequence: Sequence) -> None:
    store = Store(tmp_path)
    store.save('rat', sequence, RUN, 'mark')
    (tmp_path / 'runs' / 'rat' / 'walk.json').write_text('{"fingerprint": "mark"}')

    assert store.load('rat', sequence, 'mark') is None


def test_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.locked(), \
            pytest.raises(BlockingIOError, match='another benchmark is writing to it'), \
            Store(tmp_path).locked():
        pass
    with Store(tmp_path).locked():
        pass


def test_mark_stays_the_same_for_the_same(sequence: Sequence) -> None:
    assert fingerprint('rat', sequence, None, None) == fingerprint('rat', sequence, None, None)

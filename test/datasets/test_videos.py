"""A folder of videos with a box each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_datasets import write_texts
from support_datasets import write_video

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset


def test_video_with_one_box_can_be_run_but_counts_nowhere(tmp_path: Path) -> None:
    write_video(tmp_path / 'clip.avi')
    write_texts(tmp_path, {'clip.txt': '10,20,30,15\n'})

    dataset = load_dataset(tmp_path)

    assert dataset.layout == 'videos'
    sequence, = dataset.sequences
    assert sequence.name == 'clip'
    assert len(sequence.frames) == 4
    assert sequence.boxes[0].tolist() == [10, 20, 30, 15]  # (0, 0) is the first pixel
    assert sequence.origin == 0
    assert np.isnan(sequence.boxes[1:]).all()
    assert sequence.counted is not None
    assert not sequence.counted.any()
    assert sequence.absent is None


def test_video_with_a_box_for_each_frame_counts(tmp_path: Path) -> None:
    write_video(tmp_path / 'clip.avi')
    write_texts(tmp_path, {'clip.txt': '10,20,30,15\n' * 4})

    sequence, = load_dataset(tmp_path)

    assert sequence.boxes.tolist() == [[10, 20, 30, 15]] * 4
    assert sequence.counted is sequence.absent is None


def test_zeros_say_that_the_target_is_absent(tmp_path: Path) -> None:
    write_video(tmp_path / 'clip.avi')
    write_texts(tmp_path, {'clip.txt': '10,20,30,15\n' * 3 + '0,0,0,0\n'})

    sequence, = load_dataset(tmp_path)

    assert sequence.absent is not None
    assert sequence.counted is not None
    assert sequence.absent.tolist() == [False, False, False, True]
    assert sequence.counted.tolist() == [True, True, True, False]


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in ('a.avi', 'b.AVI'):
        write_video(tmp_path / name)
    write_texts(tmp_path, {
        'a.txt': '10,20,30,15\n', 'b.txt': '10,20,30,15\n', 'notes.txt': 'two clips'})

    assert [sequence.name for sequence in load_dataset(tmp_path)] == ['a', 'b']


FAULTS = {
    'no box': (None, r'clip\.avi has no box to start with; write x,y,width,height .*clip\.txt'),
    'empty': ('\n', r'clip\.txt, line 1: there is no box to start with'),
    'no first box': ('0,0,0,0\n10,20,30,15\n', r'line 1: there is no box to start with'),
    'two boxes for four frames': (
        '10,20,30,15\n' * 2, r'clip\.txt has 2 boxes and .*clip\.avi 4 frames; write one box'),
    'a word': ('left,20,30,15\n', r"clip\.txt, line 1: 'left,20,30,15' is not a box; write"),
    'NaN': ('10,20,30,15\nNaN,1,2,3\n', r"line 2: 'NaN,1,2,3' is no number; write 0,0,0,0"),
}


@pytest.mark.parametrize('fault', FAULTS)
def test_fault_is_named_in_one_line(tmp_path: Path, fault: str) -> None:
    text, message = FAULTS[fault]
    write_video(tmp_path / 'clip.avi')
    if text is not None:
        write_texts(tmp_path, {'clip.txt': text})

    with pytest.raises(DatasetError, match=message) as failure:
        load_dataset(tmp_path)
    assert '\n' not in str(failure.value)


def test_unreadable_video_is_named(tmp_path: Path) -> None:
    write_texts(tmp_path, {'clip.mp4': 'not a video', 'clip.txt': '10,20,30,15\n'})

    with pytest.raises(DatasetError, match=r'clip\.mp4 cannot be opened as a video'):
        load_dataset(tmp_path)

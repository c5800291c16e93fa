"""LaSOT's layout: classes, flags, and frames that every tracker misses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_datasets import BOX
from support_datasets import touch_images
from support_datasets import write_lasot
from support_datasets import write_texts

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence


def only(folder: Path) -> Sequence:
    dataset = load_dataset(folder)
    assert dataset.layout == 'LaSOT'
    sequence, = dataset.sequences
    return sequence


@pytest.mark.parametrize('place', ['airplane/airplane-1', 'airplane-1'])
def test_sequence_is_found_with_and_without_the_folder_of_its_class(
    tmp_path: Path, place: str,
) -> None:
    write_lasot(tmp_path / place)

    sequence = only(tmp_path)

    assert sequence.name == 'airplane-1'
    assert sequence.boxes.tolist() == [[10, 20, 30, 40]] * 2  # (1, 1) in the file is (0, 0) here
    assert sequence.origin == 1


def test_absent_frames_count_and_have_no_box(tmp_path: Path) -> None:
    write_lasot(tmp_path / 'airplane-1', BOX * 4, 4, '0,1,0,0', '0,0,0,1')

    sequence = only(tmp_path)

    assert sequence.absent is not None
    assert sequence.absent.tolist() == [False, True, False, True]
    assert sequence.counted is None
    assert np.isnan(sequence.boxes).any(axis=1).tolist() == [False, True, False, True]


def test_flags_may_be_missing(tmp_path: Path) -> None:
    touch_images(tmp_path / 'mine-1' / 'img', [1, 2])
    write_texts(tmp_path / 'mine-1', {'groundtruth.txt': BOX * 2})

    assert only(tmp_path).absent is None


def test_known_range_is_taken_where_there_are_more_images_than_boxes(tmp_path: Path) -> None:
    zeros = ','.join('0' * 2260)
    write_lasot(tmp_path / 'monkey-17', BOX * 2260, 2262, zeros, zeros)

    assert len(only(tmp_path).frames) == 2260

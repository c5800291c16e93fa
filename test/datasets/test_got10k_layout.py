"""GOT-10k's layout: labels, classes, splits and the test split's single boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support_datasets import BOX
from support_datasets import write_got10k
from support_datasets import write_texts

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence

META = """[METAINFO]
url: https://youtu.be/0
object_class: ostrich
motion_class: walking
major_class: bird
root_class: animal
"""


def only(folder: Path) -> Sequence:
    dataset = load_dataset(folder)
    assert dataset.layout == 'GOT-10k'
    sequence, = dataset.sequences
    return sequence


def test_boxes_are_counted_from_zero(tmp_path: Path) -> None:
    write_got10k(tmp_path / 'GOT-10k_Val_000001', '11.0000,21.5000,30.0000,40.0000\n' * 2)

    sequence = only(tmp_path)

    assert sequence.name == 'GOT-10k_Val_000001'
    assert sequence.boxes.tolist() == [[11, 21.5, 30, 40]] * 2
    assert sequence.origin == 0
    assert sequence.counted is sequence.absent is None


def test_frames_count_where_any_of_the_target_is_visible(tmp_path: Path) -> None:
    write_got10k(tmp_path / 'GOT-10k_Val_000001', BOX * 4, 4, {
        'absence.label': '0\n0\n1\n0\n', 'cover.label': '8\n0\n0\n1\n'})

    sequence = only(tmp_path)

    assert sequence.counted is not None
    assert sequence.absent is not None
    assert sequence.counted.tolist() == [True, False, False, True]
    assert sequence.absent.tolist() == [False, False, True, False]


def test_without_cover_absent_frames_do_not_count(tmp_path: Path) -> None:
    write_got10k(tmp_path / 'clip', BOX * 2, 2, {'absence.label': '0\n1\n'})

    sequence = only(tmp_path)

    assert sequence.counted is not None
    assert sequence.counted.tolist() == [True, False]


def test_row_of_zeros_is_no_box(tmp_path: Path) -> None:
    write_got10k(tmp_path / 'clip', f'{BOX}0,0,0,0\n', 2, {'absence.label': '0\n1\n'})

    assert np.isnan(only(tmp_path).boxes[1]).all()


def test_attributes_are_classes_and_what_the_labels_mark(tmp_path: Path) -> None:
    write_got10k(tmp_path / 'clip', BOX * 2, 2, {
        'meta_info.ini': META, 'absence.label': '0\n0\n', 'cut_by_image.label': '0\n1\n'})

    assert only(tmp_path).attributes == ('animal', 'walking', 'cut by image')


def test_sequence_of_the_test_split_can_be_run_but_counts_nowhere(tmp_path: Path) -> None:
    write_got10k(tmp_path / 'GOT-10k_Test_000001', BOX, images=3)

    sequence = only(tmp_path)

    assert sequence.boxes[0].tolist() == [11, 21, 30, 40]
    assert np.isnan(sequence.boxes[1:]).all()
    assert sequence.counted is not None
    assert not sequence.counted.any()


def test_splits_have_folders_and_lists_of_their_own(tmp_path: Path) -> None:
    for split in ('train', 'val'):
        for number in (1, 2):
            write_got10k(tmp_path / split / f'GOT-10k_{split}_{number}')
    write_texts(tmp_path / 'val', {'list.txt': 'GOT-10k_val_2\n'})

    names = [sequence.name for sequence in load_dataset(tmp_path).sequences]

    assert names == ['GOT-10k_train_1', 'GOT-10k_train_2', 'GOT-10k_val_2']

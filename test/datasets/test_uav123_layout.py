"""UAV123's layout: folders that several sequences share, flags, rows of NaN, versions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_datasets import BOX
from support_datasets import write_texts
from support_datasets import write_uav123

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.frames import ImageFiles


def numbers(sequence: Sequence) -> list[int]:
    assert isinstance(sequence.frames, ImageFiles)
    return [int(path.stem) for path in sequence.frames.paths]


def test_boxes_and_images_are_found_in_their_own_trees(tmp_path: Path) -> None:
    write_uav123(tmp_path, 'bike1')

    dataset = load_dataset(tmp_path)

    assert dataset.layout == 'UAV123'
    sequence, = dataset.sequences
    assert sequence.name == 'bike1'
    assert sequence.boxes.tolist() == [[10, 20, 30, 40]] * 2  # (1, 1) in the file is (0, 0) here
    assert numbers(sequence) == [1, 2]


@pytest.mark.parametrize(('version', 'first'), [('UAV123', 775), ('UAV123_10fps', 259)])
def test_sequence_of_a_shared_folder_begins_at_its_known_frame(
    tmp_path: Path, version: str, first: int,
) -> None:
    write_uav123(
        tmp_path, 'bird1_2', BOX * 3, range(1, 1000), folder='bird1', version=version)

    sequence, = load_dataset(tmp_path)

    assert numbers(sequence) == [first, first + 1, first + 2]


def test_sequence_that_was_cut_out_already_is_taken_as_it_is(tmp_path: Path) -> None:
    write_uav123(tmp_path, 'bird1_2')

    sequence, = load_dataset(tmp_path)

    assert numbers(sequence) == [1, 2]


def test_frame_out_of_view_is_absent_and_counts(tmp_path: Path) -> None:
    write_uav123(tmp_path, 'bike1', f'{BOX}NaN,NaN,NaN,NaN\n')

    sequence, = load_dataset(tmp_path)

    assert sequence.absent is not None
    assert sequence.absent.tolist() == [False, True]
    assert sequence.counted is None
    assert np.isnan(sequence.boxes[1]).all()


def test_flags_name_the_attributes(tmp_path: Path) -> None:
    write_uav123(tmp_path, 'bike1', flags='1,0,0,1,0,0,0,0,0,0,0,1\n')

    sequence, = load_dataset(tmp_path)

    assert sequence.attributes == ('SV', 'FM', 'SOB')


def test_flags_that_are_not_twelve_are_refused(tmp_path: Path) -> None:
    write_uav123(tmp_path, 'bike1', flags='1,0,0\n')

    with pytest.raises(DatasetError, match=r'att/bike1\.txt holds 3 flags, not 12; .*remove it'):
        load_dataset(tmp_path)


def test_uav20l_has_its_images_in_the_folders_of_uav123(tmp_path: Path) -> None:
    write_uav123(tmp_path, 'bird1', images=range(1, 3))
    (tmp_path / 'anno' / 'UAV123').rename(tmp_path / 'anno' / 'UAV20L')

    sequence, = load_dataset(tmp_path)

    assert numbers(sequence) == [1, 2]


def test_one_of_several_versions_has_to_be_named(tmp_path: Path) -> None:
    write_uav123(tmp_path, 'bike1')
    write_uav123(tmp_path, 'bike2', version='UAV123_10fps')

    with pytest.raises(DatasetError, match=r'anno holds UAV123, UAV123_10fps; name the folder'):
        load_dataset(tmp_path)

    sequence, = load_dataset(tmp_path / 'anno' / 'UAV123_10fps')
    assert sequence.name == 'bike2'


def test_missing_images_are_named(tmp_path: Path) -> None:
    write_uav123(tmp_path, 'bike1')
    write_texts(tmp_path / 'anno' / 'UAV123', {'bike2.txt': BOX})

    found = load_dataset(tmp_path)

    assert [sequence.name for sequence in found] == ['bike1']
    assert [fault.name for fault in found.faults] == ['bike2']
    assert 'data_seq/UAV123/bike2 holds no image' in found.faults[0].reason

"""OTB's layout, and users' clips in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_datasets import BOX
from support_datasets import touch_images
from support_datasets import write_otb
from support_datasets import write_texts

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.otb_facts import FRAMES
from rat_tracker.datasets.otb_facts import SEQUENCES

BOXES = [[10, 20, 30, 40], [11, 20.5, 30, 41]]


def image_names(sequence: Sequence) -> list[str]:
    assert isinstance(sequence.frames, ImageFiles)
    return [path.name for path in sequence.frames.paths]


@pytest.mark.parametrize('truth', [
    b'11,21,30,40\n12,21.5,30,41\n',
    b'11\t21\t30\t40\n12\t21.5\t30\t41\n',
    b'11 21 30 40\n12 21.5 30 41',
    b'  11   21  30  40 \n 12  21.5  30  41 \n',
    b'11, 21, 30, 40\r\n12, 21.5, 30, 41\r\n',
    b'11,21,30,40\n12,21.5,30,41\n\n',
    b'11\t21\t30\t40\n12 21.5 30 41\n',
    b'\xef\xbb\xbf11,21,30,40\n12,21.5,30,41\n',
], ids=['comma', 'tab', 'space', 'aligned', 'CRLF', 'blank line', 'mixed', 'byte order mark'])
def test_boxes_are_read_whatever_separates_them(tmp_path: Path, truth: bytes) -> None:
    write_otb(tmp_path / 'walk', truth)

    sequence, = load_dataset(tmp_path)

    assert sequence.name == 'walk'
    assert sequence.boxes.tolist() == BOXES  # (1, 1) in the file is (0, 0) here
    assert sequence.origin == 1
    assert sequence.counted is sequence.absent is None


def test_images_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    write_texts(tmp_path / 'walk', {'groundtruth_rect.txt': BOX * 3})
    touch_images(tmp_path / 'walk' / 'img', [10, 9, 101], digits=1)

    sequence, = load_dataset(tmp_path)

    assert image_names(sequence) == ['9.jpg', '10.jpg', '101.jpg']


def test_images_may_lie_beside_the_boxes(tmp_path: Path) -> None:
    write_texts(tmp_path / 'walk', {'groundtruth_rect.txt': BOX * 2})
    touch_images(tmp_path / 'walk', [1, 2], suffix='.PNG')

    sequence, = load_dataset(tmp_path)

    assert image_names(sequence) == ['0001.PNG', '0002.PNG']


def test_other_kinds_of_images_beside_the_frames_are_passed_over(tmp_path: Path) -> None:
    write_otb(tmp_path / 'walk')
    touch_images(tmp_path / 'walk' / 'img', [1, 2], suffix='.png')

    sequence, = load_dataset(tmp_path)

    assert image_names(sequence) == ['0001.jpg', '0002.jpg']


def test_files_that_hide_are_no_images(tmp_path: Path) -> None:
    write_otb(tmp_path / 'walk')
    (tmp_path / 'walk' / 'img' / '._0001.jpg').touch()

    assert len(load_dataset(tmp_path)[0].frames) == 2


def test_two_targets_in_the_same_images_are_two_sequences(tmp_path: Path) -> None:
    touch_images(tmp_path / 'Jogging' / 'img', [1, 2])
    write_texts(tmp_path / 'Jogging', {
        'groundtruth_rect.1.txt': '1,1,9,9\n' * 2, 'groundtruth_rect.2.txt': '5,5,9,9\n' * 2})

    sequences = load_dataset(tmp_path)

    assert [sequence.name for sequence in sequences] == ['Jogging-1', 'Jogging-2']
    assert [sequence.boxes[0, 0] for sequence in sequences] == [0, 4]


def test_human4_has_its_second_target_only(tmp_path: Path) -> None:
    touch_images(tmp_path / 'Human4' / 'img', [1, 2])
    write_texts(tmp_path / 'Human4', {
        'groundtruth_rect.1.txt': '\n', 'groundtruth_rect.2.txt': BOX * 2})

    sequence, = load_dataset(tmp_path)

    assert sequence.name == 'Human4-2'


def test_known_range_is_taken_where_there_are_more_images_than_boxes(tmp_path: Path) -> None:
    touch_images(tmp_path / 'David' / 'img', range(1, 771))
    write_texts(tmp_path / 'David', {'groundtruth_rect.txt': BOX * 471})

    sequence, = load_dataset(tmp_path)

    assert image_names(sequence)[0] == '0300.jpg'
    assert image_names(sequence)[-1] == '0770.jpg'


def test_known_range_begins_at_the_image_of_that_number(tmp_path: Path) -> None:
    """As in BlurCar4, whose folder begins with image 18: two more at the end are left out."""
    touch_images(tmp_path / 'BlurCar4' / 'img', range(16, 398))
    write_texts(tmp_path / 'BlurCar4', {'groundtruth_rect.txt': BOX * 380})

    sequence, = load_dataset(tmp_path)

    assert image_names(sequence)[0] == '0018.jpg'
    assert len(sequence.frames) == 380


def test_users_clip_of_a_known_name_is_taken_as_it_is(tmp_path: Path) -> None:
    write_otb(tmp_path / 'David')

    sequence, = load_dataset(tmp_path)

    assert image_names(sequence) == ['0001.jpg', '0002.jpg']
    assert sequence.attributes == ()


def test_zeros_say_that_the_target_is_absent_and_do_not_count(tmp_path: Path) -> None:
    write_otb(tmp_path / 'walk', f'{BOX}0,0,0,0\n{BOX}', images=3)

    sequence, = load_dataset(tmp_path)

    assert sequence.absent is not None
    assert sequence.absent.tolist() == [False, True, False]
    assert sequence.counted is not None
    assert sequence.counted.tolist() == [True, False, True]
    assert np.isnan(sequence.boxes[1]).all()


def test_zeros_in_otb_itself_count_as_in_its_toolkit(tmp_path: Path) -> None:
    """Board ends with a frame that has no box."""
    write_otb(tmp_path / 'Board', BOX * 697 + '0,0,0,0\n', images=698)

    sequence, = load_dataset(tmp_path)

    assert sequence.counted is sequence.absent is None
    assert np.isnan(sequence.boxes[697]).all()


def test_attributes_of_otb_are_known(tmp_path: Path) -> None:
    write_otb(tmp_path / 'car4', BOX * 659, images=659)

    sequence, = load_dataset(tmp_path)

    assert sequence.attributes == ('IV', 'SV')


@pytest.mark.parametrize(('name', 'text'), [
    ('attributes.txt', 'FM, low light\n'),
    ('attrs.txt', 'FM\nlow light\n'),
    ('SOURCE.txt', 'name: walk\nattributes: (by eye) FM, low light (at night)\nnote: none\n'),
])
def test_attributes_are_read_beside_the_boxes(tmp_path: Path, name: str, text: str) -> None:
    write_texts(write_otb(tmp_path / 'walk'), {name: text})

    sequence, = load_dataset(tmp_path)

    assert sequence.attributes == ('FM', 'low light')


def test_facts_are_those_of_the_hundred_sequences() -> None:
    known = {'IV', 'SV', 'OCC', 'DEF', 'MB', 'FM', 'IPR', 'OPR', 'OV', 'BC', 'LR'}

    assert len(SEQUENCES) == 100
    assert sum(frames for frames, _ in SEQUENCES.values()) == 59040  # as published
    assert {name for _, names in SEQUENCES.values() for name in names.split()} == known
    for name, (first, last) in FRAMES.items():
        assert SEQUENCES[name][0] == last - first + 1

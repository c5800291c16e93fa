"""Data sets are read as they are written in the field, and every fault is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rat_tracker.evaluation.datasets import DatasetError
from rat_tracker.evaluation.datasets import load_dataset
from rat_tracker.evaluation.datasets import read_image

BOXES = [[10, 20, 30, 40], [11, 20.5, 30, 41]]


def write(folder: Path, truth: bytes, images: int = 2) -> Path:
    """Write a sequence; the images are empty, for they are not read."""
    (folder / 'img').mkdir(parents=True)
    (folder / 'groundtruth_rect.txt').write_bytes(truth)
    for number in range(1, images + 1):
        (folder / 'img' / f'{number:04}.jpg').touch()
    return folder


@pytest.mark.parametrize('truth', [
    b'11,21,30,40\n12,21.5,30,41\n',
    b'11\t21\t30\t40\n12\t21.5\t30\t41\n',
    b'11 21 30 40\n12 21.5 30 41',
    b'  11   21  30  40 \n 12  21.5  30  41 \n',
    b'11, 21, 30, 40\r\n12, 21.5, 30, 41\r\n',
    b'11,21,30,40\n12,21.5,30,41\n\n',
], ids=['comma', 'tab', 'space', 'aligned', 'CRLF', 'blank line'])
def test_boxes_are_read_whatever_separates_them(tmp_path: Path, truth: bytes) -> None:
    write(tmp_path / 'walk', truth)

    sequence, = load_dataset(tmp_path)

    assert sequence.name == 'walk'
    assert sequence.boxes.tolist() == BOXES  # (1, 1) in the file is (0, 0) here


def test_sequences_and_images_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ('b', 'a', 'c'):
        write(tmp_path / name, b'1,1,9,9\n' * 12, images=12)

    sequences = load_dataset(tmp_path)

    assert [sequence.name for sequence in sequences] == ['a', 'b', 'c']
    assert [path.stem for path in sequences[0].images] == [f'{n:04}' for n in range(1, 13)]


def test_other_folders_and_files_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / 'walk', b'1,1,9,9\n' * 2)
    (tmp_path / 'notes').mkdir()
    (tmp_path / 'README').touch()

    assert len(load_dataset(tmp_path)) == 1


def test_frame_without_a_target_is_kept_as_such(tmp_path: Path) -> None:
    write(tmp_path / 'walk', b'11,21,30,40\nNaN,NaN,NaN,NaN\n')

    sequence, = load_dataset(tmp_path)

    assert np.isnan(sequence.boxes[1]).all()


def test_sequence_can_be_cut_short(tmp_path: Path) -> None:
    write(tmp_path / 'walk', b'1,1,9,9\n' * 5, images=5)
    sequence, = load_dataset(tmp_path)

    assert len(sequence.first(2).images) == len(sequence.first(2).boxes) == 2
    assert len(sequence.first(None).images) == len(sequence.first(99).images) == 5


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    'no folder': (
        lambda folder: folder.rmdir(), r'data set .*set is not a folder'),
    'nothing in it': (
        lambda folder: None, r'set holds no sequence; expected folders with img/\*\.jpg'),
    'no images': (
        lambda folder: write(folder / 'walk', b'1,1,9,9\n', images=0),
        r'walk/img holds no \.jpg image'),
    'too few boxes': (
        lambda folder: write(folder / 'walk', b'1,1,9,9\n'),
        r'groundtruth_rect\.txt has 1 boxes for 2 images in .*walk/img'),
    'too many boxes': (
        lambda folder: write(folder / 'walk', b'1,1,9,9\n' * 3), 'has 3 boxes for 2 images'),
    'three numbers': (
        lambda folder: write(folder / 'walk', b'1,1,9,9\n1,1,9\n'),
        r"groundtruth_rect\.txt, line 2: '1,1,9' is not a box; write x,y,width,height"),
    'a word': (
        lambda folder: write(folder / 'walk', b'1,1,nine,9\n1,1,9,9\n'),
        "line 1: '1,1,nine,9' is not a box"),
    'no box to start with': (
        lambda folder: write(folder / 'walk', b'NaN,NaN,NaN,NaN\n1,1,9,9\n'),
        'line 1: there is no box to start with'),
    'an empty box to start with': (
        lambda folder: write(folder / 'walk', b'0,0,0,0\n1,1,9,9\n'),
        'line 1: there is no box to start with'),
}


@pytest.mark.parametrize('fault', FAULTS)
def test_fault_is_named_in_one_line(tmp_path: Path, fault: str) -> None:
    make, message = FAULTS[fault]
    folder = tmp_path / 'set'
    folder.mkdir()
    make(folder)

    with pytest.raises(DatasetError, match=message) as failure:
        load_dataset(folder)
    assert '\n' not in str(failure.value)


def test_unreadable_image_is_named(tmp_path: Path) -> None:
    path = tmp_path / '0001.jpg'
    path.write_bytes(b'not an image')

    with pytest.raises(DatasetError, match=r'image .*0001\.jpg cannot be read'):
        read_image(path)

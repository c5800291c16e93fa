"""VOT's layout: polygons, tags, and where the images are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_datasets import BOX
from support_datasets import touch_images
from support_datasets import write_texts
from support_datasets import write_vot

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets.frames import ImageFiles


def test_rectangles_are_taken_as_they_are(tmp_path: Path) -> None:
    write_vot(tmp_path / 'ball')

    sequence, = load_dataset(tmp_path)

    assert sequence.name == 'ball'
    assert sequence.boxes.tolist() == [[11, 21, 30, 40]] * 2
    assert sequence.origin == 0
    assert sequence.polygons is None
    assert sequence.counted is sequence.absent is None


def test_box_reaches_from_a_polygons_smallest_to_its_largest_corner(tmp_path: Path) -> None:
    write_vot(tmp_path / 'ball', '10,20,30.5,22,28,60,8,58\n10,20,30,20,20,40\n')

    sequence, = load_dataset(tmp_path)

    assert sequence.boxes.tolist() == [[8, 20, 22.5, 40], [10, 20, 20, 20]]
    assert sequence.polygons is not None
    assert sequence.polygons[0].tolist() == [[10, 20], [30.5, 22], [28, 60], [8, 58]]
    assert sequence.polygons[1].tolist() == [[10, 20], [30, 20], [20, 40]]


def test_rectangle_among_polygons_is_one_whose_corners_are_its_outermost_pixels(
    tmp_path: Path,
) -> None:
    write_vot(tmp_path / 'ball', '10,20,30,20,20,40\n10,20,5,6\n')

    sequence, = load_dataset(tmp_path)

    assert sequence.boxes[1].tolist() == [10, 20, 5, 6]
    assert sequence.polygons is not None
    assert sequence.polygons[1].tolist() == [[10, 20], [14, 20], [14, 25], [10, 25]]


@pytest.mark.parametrize('nothing', ['nan,nan,nan,nan', '0', 'NaN,NaN,1,2,3,4,5,6'])
def test_frame_without_a_region_does_not_count(tmp_path: Path, nothing: str) -> None:
    write_vot(tmp_path / 'ball', f'10,20,30,20,20,40\n{nothing}\n')

    sequence, = load_dataset(tmp_path)

    assert np.isnan(sequence.boxes[1]).any()
    assert sequence.counted is not None
    assert sequence.absent is not None
    assert sequence.counted.tolist() == [True, False]
    assert sequence.absent.tolist() == [False, True]
    assert sequence.polygons is not None
    assert len(sequence.polygons) == 2


def test_tag_that_any_frame_has_is_an_attribute(tmp_path: Path) -> None:
    write_texts(write_vot(tmp_path / 'ball'), {
        'camera_motion.tag': '0\n1\n', 'occlusion.label': '1\n', 'size_change.tag': '0\n0\n'})

    sequence, = load_dataset(tmp_path)

    assert sequence.attributes == ('camera_motion', 'occlusion')


@pytest.mark.parametrize(('texts', 'place'), [
    ({}, ''),
    ({}, 'color'),
    ({'sequence': 'fps=30\nchannels.color=pictures/%08d.jpg\n'}, 'pictures'),
    ({'sequence': 'channels.color=pictures\\\n'}, 'pictures'),
    ({'sequence': 'fps=30\n'}, 'color'),
])
def test_images_are_found_where_the_toolkit_looks(
    tmp_path: Path, texts: dict[str, str], place: str,
) -> None:
    folder = write_texts(tmp_path / 'ball', {'groundtruth.txt': BOX * 2, **texts})
    touch_images(folder / place, [1, 2], 8)

    sequence, = load_dataset(tmp_path)

    assert isinstance(sequence.frames, ImageFiles)
    assert [path.parent for path in sequence.frames.paths] == [folder / place] * 2


def test_list_says_which_sequences_belong_to_the_data_set(tmp_path: Path) -> None:
    for name in ('ball', 'bike', 'car'):
        write_vot(tmp_path / name)
    write_texts(tmp_path, {'list.txt': 'car\nball\n'})

    assert [sequence.name for sequence in load_dataset(tmp_path)] == ['ball', 'car']


def test_sequence_of_the_list_that_is_missing_is_named(tmp_path: Path) -> None:
    write_vot(tmp_path / 'ball')
    write_texts(tmp_path, {'list.txt': 'ball\ncar\n'})

    found = load_dataset(tmp_path)

    assert [sequence.name for sequence in found] == ['ball']
    assert [fault.name for fault in found.faults] == ['car']
    assert "list.txt, line 2: 'car' is no sequence in " in found.faults[0].reason

"""Which layout a data set is in, and what its sequences are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support_datasets import BOX
from support_datasets import touch_images
from support_datasets import write_got10k
from support_datasets import write_lasot
from support_datasets import write_otb
from support_datasets import write_texts
from support_datasets import write_uav123
from support_datasets import write_video
from support_datasets import write_vot

from rat_tracker.datasets import load_dataset


def write_videos(folder: Path) -> None:
    write_video(folder / 'clip.avi')
    write_texts(folder, {'clip.txt': BOX})


WRITERS: dict[str, Callable[[Path], object]] = {
    'OTB': lambda folder: write_otb(folder / 'walk'),
    'VOT': lambda folder: write_vot(folder / 'walk'),
    'GOT-10k': lambda folder: write_got10k(folder / 'GOT-10k_Val_000001'),
    'LaSOT': lambda folder: write_lasot(folder / 'dog' / 'dog-1'),
    'UAV123': lambda folder: write_uav123(folder, 'bike1'),
    'videos': write_videos,
}


@pytest.mark.parametrize('layout', WRITERS)
def test_layout_is_recognised_by_the_files_that_are_there(tmp_path: Path, layout: str) -> None:
    WRITERS[layout](tmp_path)

    assert load_dataset(tmp_path).layout == layout


@pytest.mark.parametrize('layout', ['OTB', 'VOT', 'GOT-10k'])
def test_labels_of_vot_do_not_make_it_got10k(tmp_path: Path, layout: str) -> None:
    """VOT2014 has its tags in files that end like GOT-10k's."""
    WRITERS[layout](tmp_path)
    folder = next(tmp_path.iterdir())
    write_texts(folder, {'occlusion.label': '0\n1\n'})

    assert load_dataset(tmp_path).layout == layout


def test_data_set_may_be_one_sequence(tmp_path: Path) -> None:
    write_otb(tmp_path / 'walk')

    sequence, = load_dataset(tmp_path / 'walk')

    assert sequence.name == 'walk'


def test_sequence_is_called_like_its_folder_however_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_otb(tmp_path / 'walk')
    monkeypatch.chdir(tmp_path / 'walk')

    assert load_dataset(Path())[0].name == 'walk'


def test_sequences_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ('bike10', 'bike2', 'ant'):
        write_otb(tmp_path / name)

    assert [sequence.name for sequence in load_dataset(tmp_path)] == ['ant', 'bike2', 'bike10']


def test_sequences_may_lie_in_groups(tmp_path: Path) -> None:
    for place in ('indoor/walk', 'outdoor/ride', 'jump'):
        write_otb(tmp_path / place)

    assert {sequence.name for sequence in load_dataset(tmp_path)} == {'walk', 'ride', 'jump'}


def test_sequences_of_one_name_are_called_after_their_groups_too(tmp_path: Path) -> None:
    for place in ('indoor/walk', 'outdoor/walk', 'outdoor/ride'):
        write_otb(tmp_path / place)

    names = [sequence.name for sequence in load_dataset(tmp_path)]

    assert names == ['indoor-walk', 'ride', 'outdoor-walk']


def test_other_folders_and_files_are_passed_over(tmp_path: Path) -> None:
    write_otb(tmp_path / 'walk')
    write_texts(tmp_path, {'README': 'one clip', '.git/groundtruth.txt': 'hidden'})
    touch_images(tmp_path / 'more' / 'pictures', [1, 2])

    assert len(load_dataset(tmp_path)) == 1


def test_sequence_can_be_cut_short_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    write_vot(tmp_path / 'walk', '1,1,9,1,9,9\n' * 4 + '0\n', images=5)
    sequence, = load_dataset(tmp_path)

    short = sequence.first(2)

    assert short.polygons is not None
    assert short.counted is not None
    assert short.absent is not None
    assert {len(short.frames), len(short.boxes), len(short.polygons), len(short.counted),
            len(short.absent)} == {2}
    assert len(sequence.first(None).frames) == len(sequence.first(99).frames) == 5


def test_sequence_of_a_slower_camera_keeps_all_that_belongs_to_it(tmp_path: Path) -> None:
    write_vot(tmp_path / 'walk', '1,1,9,1,9,9\n' * 4 + '0\n', images=5)
    sequence, = load_dataset(tmp_path)

    slower = sequence.every(2)

    assert slower.polygons is not None
    assert slower.counted is not None
    assert sequence.counted is not None
    assert slower.absent is not None
    assert {len(slower.frames), len(slower.boxes), len(slower.polygons), len(slower.counted),
            len(slower.absent)} == {3}
    assert slower.counted.tolist() == sequence.counted[::2].tolist()
    assert sequence.every(1) is sequence

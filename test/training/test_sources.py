"""What is trained on and what is held back: by scenes, by names, by what a recipe says."""

from __future__ import annotations

from pathlib import Path
import shutil

import numpy as np
import pytest
from support_training import PICTURES
from support_training import Shape
from support_training import write_clip
from support_training import write_tables

from rat_tracker.datasets import DatasetError
from rat_tracker.geometry import Box
from rat_tracker.training.sources import divide
from rat_tracker.training.sources import Mixture
from rat_tracker.training.sources import names
from rat_tracker.training.sources import Source


def write_clips(folder: Path, count: int = 6) -> Path:
    for index in range(count):
        write_clip(folder / f'clip_{index}', hue=index, frames=3, masks=False)
    return folder


def clip_names(mixture: Mixture) -> set[str]:
    return {clip.sequence.name for clip in mixture.clips}


def test_everything_is_on_one_side(tmp_path: Path) -> None:
    division = divide([write_clips(tmp_path / 'videos', 12)], {}, held_back=0.5)
    trained, held = clip_names(division.training), clip_names(division.validation)
    assert trained | held == {f'clip_{index}' for index in range(12)}
    assert not trained & held
    assert held


def test_what_is_held_back_stays_so_whatever_else_is_there(tmp_path: Path) -> None:
    clips = write_clips(tmp_path / 'videos')
    alone = divide([clips], {}, held_back=0.5)
    other = write_tables(tmp_path / 'pictures')
    both = divide([other, clips], {}, held_back=0.5)
    assert clip_names(alone.validation) == clip_names(both.validation)


def test_clips_that_share_a_frame_are_on_one_side(tmp_path: Path) -> None:
    clips = write_clips(tmp_path / 'videos', 12)
    for index in range(1, 12):  # all of one video: each has a frame of the one before
        shutil.copy(clips / f'clip_{index - 1}' / 'img' / '00003.png',
                    clips / f'clip_{index}' / 'img' / '00001.png')
    another = write_clip(tmp_path / 'other' / 'alone', hue=20).parent
    for held_back in (0.2, 0.4, 0.6, 0.8):
        division = divide([clips, another], {'alone': Source(validation=False)}, held_back)
        sides = [{name for name in clip_names(side) if name != 'alone'}
                 for side in (division.training, division.validation)]
        assert sorted(map(len, sides)) == [0, 12]


def test_a_copy_of_a_clip_behind_the_name_of_its_benchmark_is_on_its_side(tmp_path: Path) -> None:
    clips = tmp_path / 'videos'
    for index in range(8):
        write_clip(clips / f'bear{index}', hue=index, frames=2, masks=False)
        write_clip(clips / f'DAVIS_bear{index}', hue=index, frames=2, masks=False, seed=99 - index)
    division = divide([clips], {}, held_back=0.5)
    trained = clip_names(division.training)
    assert 0 < len(trained) < 16
    assert {f'DAVIS_{name}' in trained for name in trained if not name.startswith('DAVIS')} == {
        True}


def test_a_picture_and_its_copies_are_on_one_side(tmp_path: Path) -> None:
    pictures = {f'{index}.png': (Shape(Box(20, 20, 40, 40), index),) for index in range(12)}
    write_tables(tmp_path / 'a', pictures, 'first')
    write_tables(tmp_path / 'b', pictures, 'second')
    division = divide([tmp_path / 'a', tmp_path / 'b'], {}, held_back=0.5)
    sides = [{picture.still.name: group.name for group in side.groups
              for picture in group.pictures} for side in (division.training, division.validation)]
    assert not sides[0].keys() & sides[1].keys()
    assert sides[1]


def test_a_recipe_says_what_sources_are_like(tmp_path: Path) -> None:
    clips = write_clips(tmp_path / 'videos')
    write_tables(tmp_path / 'pictures')
    division = divide([clips, tmp_path / 'pictures'], {
        'clip_0': Source(weight=0), 'clip_[12]': Source(tight=False, validation=False),
        'videos/clip_3': Source(validation=True), 'shapes': Source(weight=2, validation=False),
    }, held_back=0)
    groups = {group.name: group for group in division.training.groups}
    assert groups.keys() == {'clip_[12]', 'videos', 'shapes'}
    assert not groups['clip_[12]'].source.tight
    assert groups['videos'].source == Source()
    assert clip_names(division.validation) == {'clip_3'}
    assert not any('clip_0' in name for side in (division.training, division.validation)
                   for name in names(side))


def test_where_sources_of_one_scene_disagree_it_is_held_back(tmp_path: Path) -> None:
    clips = write_clips(tmp_path / 'videos', 3)
    shutil.copytree(clips / 'clip_0', clips / 'copy')
    division = divide([clips], {'copy': Source(validation=True), '*': Source(validation=False)})
    assert clip_names(division.validation) == {'clip_0', 'copy'}


def test_clips_that_are_said_to_be_of_one_scene_are_on_one_side(tmp_path: Path) -> None:
    clips = write_clips(tmp_path / 'videos', 12)
    division = divide([clips], {'clip_*': Source(one_scene=True)}, held_back=0.001)
    assert len({clip.scene for clip in division.training.clips}) == 1


def test_boxes_beside_our_own_table_begin_at_0(tmp_path: Path) -> None:
    write_clip(tmp_path / 'clips' / 'a', hue=1, origin=0)
    (tmp_path / 'clips.csv').write_text('name\na\n')
    for folder in (tmp_path, tmp_path / 'clips'):
        (clip,) = divide([folder], {}, held_back=0).training.clips
        assert clip.sequence.boxes[0] == pytest.approx((30, 30, 28, 36))


def test_otb_boxes_begin_at_1(tmp_path: Path) -> None:
    write_clip(tmp_path / 'a', hue=1)
    (clip,) = divide([tmp_path], {}, held_back=0).training.clips
    assert clip.sequence.boxes[0] == pytest.approx((30, 30, 28, 36))


def test_a_folder_may_hold_clips_beside_pictures(tmp_path: Path) -> None:
    write_tables(tmp_path)
    write_clips(tmp_path / 'clips', 2)
    training = divide([tmp_path], {}, held_back=0).training
    assert {group.name: len(group) for group in training.groups} == {'clips': 6, 'shapes': 2}
    assert len(training) == 8


def test_masks_lie_over_the_boxes(tmp_path: Path) -> None:
    write_clip(tmp_path / 'a', hue=1)
    (clip,) = divide([tmp_path], {}, held_back=0).training.clips
    assert clip.sequence.masks is not None
    mask = clip.sequence.masks.pick([2])[2]
    x, y, width, height = clip.sequence.boxes[2]
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    assert (columns[0], rows[0], len(columns), len(rows)) == (x, y, width, height)


def test_a_folder_of_nothing_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'notes.txt').write_text('nothing')
    with pytest.raises(DatasetError, match=r'no sequence.*boxes\.csv'):
        divide([tmp_path], {})


def test_nothing_to_train_on_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match='held back for validation'):
        divide([write_clips(tmp_path)], {'*': Source(validation=True)})


def test_boxes_that_cannot_be_used_are_counted_over_all_folders(tmp_path: Path) -> None:
    for name in ('a', 'b'):
        write_tables(tmp_path / name, PICTURES, name)
        with (tmp_path / name / 'boxes.csv').open('a') as file:
            file.write(f'\n{name},one.png,150,20,40,20,over\n{name},one.png,5,5,0,8,empty')
    division = divide([tmp_path / 'a', tmp_path / 'b'], {}, held_back=0)
    assert (division.left_out, division.clipped) == (2, 2)
    assert [fault.name for fault in division.faults] == ['one.png', 'one.png']


def test_a_weight_is_a_number_from_0_up() -> None:
    for weight in (-1.0, float('nan'), float('inf')):
        with pytest.raises(ValueError, match='weight'):
            Source(weight=weight)

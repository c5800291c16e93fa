"""What is held back as a data set of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_training import write_clip

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset
from rat_tracker.training.sources import divide
from rat_tracker.training.sources import Mixture
from rat_tracker.training.sources import Source
from rat_tracker.training.validation_clips import lay_out

HELD_BACK = {'held*': Source(validation=True), '*': Source(validation=False)}


def held_back(folder: Path) -> Mixture:
    """Write three clips, two of them held back, and return those."""
    if not folder.exists():
        write_clip(folder / 'held1', hue=1, absent=2)
        write_clip(folder / 'held2', hue=2)
        write_clip(folder / 'learnt', hue=3)
    return divide([folder], HELD_BACK).validation


def state(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in folder.rglob('*')}


def test_the_clips_are_what_they_were(tmp_path: Path) -> None:
    mixture = held_back(tmp_path / 'clips')
    laid_out = lay_out(mixture, tmp_path / 'out')
    dataset = load_dataset(tmp_path / 'out')
    assert laid_out.clips == ('held1', 'held2')
    assert [sequence.name for sequence in dataset] == ['held1', 'held2']
    for before, after in zip((clip.sequence for clip in mixture.clips), dataset, strict=True):
        assert np.allclose(before.boxes, after.boxes, equal_nan=True)
        assert all((one == other).all()
                   for one, other in zip(before.frames, after.frames, strict=True))
        assert after.attributes == ('held*',)
    assert dataset[0].absent is not None
    assert np.flatnonzero(dataset[0].absent).tolist() == [2]


def test_a_second_call_changes_nothing(tmp_path: Path) -> None:
    lay_out(held_back(tmp_path / 'clips'), tmp_path / 'out')
    before = state(tmp_path / 'out')
    lay_out(held_back(tmp_path / 'clips'), tmp_path / 'out')
    assert state(tmp_path / 'out') == before


def test_boxes_that_were_corrected_are_written_anew(tmp_path: Path) -> None:
    lay_out(held_back(tmp_path / 'clips'), tmp_path / 'out')
    truth = tmp_path / 'clips' / 'held2' / 'groundtruth_rect.txt'
    truth.write_text('11,12,13,14\n' * 6)
    lay_out(held_back(tmp_path / 'clips'), tmp_path / 'out')
    assert (tmp_path / 'out' / 'held2' / 'groundtruth_rect.txt').read_text() == truth.read_text()


def test_what_is_learnt_from_now_is_no_validation_clip_any_more(tmp_path: Path) -> None:
    lay_out(held_back(tmp_path / 'clips'), tmp_path / 'out')
    other = divide([tmp_path / 'clips'], {'held1': Source(validation=True),
                                          '*': Source(validation=False)}).validation
    assert lay_out(other, tmp_path / 'out').removed == ('held2',)
    assert [path.name for path in (tmp_path / 'out').iterdir()] == ['held1']
    assert len(list((tmp_path / 'clips' / 'held2' / 'img').iterdir())) == 6


def test_what_others_put_there_is_left_alone(tmp_path: Path) -> None:
    mixture = held_back(tmp_path / 'clips')
    lay_out(mixture, tmp_path / 'out')
    (tmp_path / 'out' / 'held2' / 'notes.txt').write_text('mine')
    write_clip(tmp_path / 'out' / 'mine', hue=4)
    before = state(tmp_path / 'out')
    with pytest.raises(DatasetError, match=r'held2 is there and was not laid out by this command'):
        lay_out(mixture, tmp_path / 'out')
    assert state(tmp_path / 'out') == before


def test_what_was_interrupted_is_made_anew(tmp_path: Path) -> None:
    mixture = held_back(tmp_path / 'clips')
    (tmp_path / 'out' / '.part' / 'img').mkdir(parents=True)
    lay_out(mixture, tmp_path / 'out')
    assert len(load_dataset(tmp_path / 'out')) == 2
    assert not (tmp_path / 'out' / '.part').exists()


def test_clips_of_one_name_get_names_of_their_own(tmp_path: Path) -> None:
    for hue, folder in enumerate(('a', 'b')):
        write_clip(tmp_path / folder / 'held', hue=hue, seed=hue)
        write_clip(tmp_path / folder / f'learnt_{folder}', hue=hue + 5)
    mixture = divide([tmp_path / 'a', tmp_path / 'b'], HELD_BACK).validation
    assert len(lay_out(mixture, tmp_path / 'out').clips) == 2
    assert len(load_dataset(tmp_path / 'out')) == 2


def test_no_clips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match='no clip is held back'):
        lay_out(Mixture(()), tmp_path / 'out')
    assert not (tmp_path / 'out').exists()

"""Masks of sequences: a picture a frame, or all packed into one file."""

from __future__ import annotations

from pathlib import Path
import pickle

import numpy as np
import pytest
from support_training import write_clip

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.masks import Masks
from rat_tracker.datasets.masks import read_mask


def load(folder: Path) -> tuple[Sequence, Masks]:
    (sequence,) = load_dataset(folder)
    assert sequence.masks is not None
    return sequence, sequence.masks


def pack(clip: Path) -> None:
    """Replace the pictures of masks by one file."""
    paths = sorted((clip / 'mask').iterdir())
    masks = np.stack([read_mask(path) for path in paths])
    np.savez_compressed(clip / 'masks.npz', masks=np.packbits(masks, axis=2),
                        width=masks.shape[2])
    for path in paths:
        path.unlink()
    (clip / 'mask').rmdir()


def test_packed_masks_are_the_pictures(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / 'clip', hue=1)
    _, pictures = load(tmp_path)
    of_pictures = pictures.pick([0, 4])
    pack(clip)
    _, packed = load(tmp_path)
    of_packed = packed.pick([4, 0])
    assert len(packed) == len(pictures) == 6
    assert of_packed.keys() == of_pictures.keys() == {0, 4}
    for index, mask in of_packed.items():
        assert mask.dtype == np.bool_
        assert (mask == of_pictures[index]).all()


@pytest.mark.parametrize('packed', [False, True])
def test_masks_go_with_the_first_frames_and_to_other_processes(
    tmp_path: Path, packed: bool,
) -> None:
    clip = write_clip(tmp_path / 'clip', hue=1)
    if packed:
        pack(clip)
    sequence, masks = load(tmp_path)
    first = pickle.loads(pickle.dumps(sequence.first(2)))
    assert len(first.masks) == 2
    assert (first.masks.pick([1])[1] == masks.pick([1])[1]).all()


@pytest.mark.parametrize('packed', [False, True])
def test_masks_go_with_every_nth_frame(tmp_path: Path, packed: bool) -> None:
    clip = write_clip(tmp_path / 'clip', hue=1)
    if packed:
        pack(clip)
    sequence, masks = load(tmp_path)
    slower = sequence.every(4).masks
    assert slower is not None
    assert len(slower) == 2
    assert (slower.pick([1])[1] == masks.pick([4])[4]).all()
    assert len(slower.first(1)) == 1


def test_a_sequence_without_masks_has_none(tmp_path: Path) -> None:
    write_clip(tmp_path / 'clip', hue=1, masks=False)
    assert load_dataset(tmp_path)[0].masks is None


def test_a_mask_too_few_is_a_fault(tmp_path: Path) -> None:
    for name in ('whole', 'short'):
        write_clip(tmp_path / name, hue=1)
    (tmp_path / 'short' / 'mask' / '00006.png').unlink()
    dataset = load_dataset(tmp_path)
    assert [sequence.name for sequence in dataset] == ['whole']
    assert 'has 5 masks for 6 frames' in str(dataset.faults[0])


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    np.savez(path, **arrays)  # type: ignore[arg-type]


@pytest.mark.parametrize('arrays', [
    {'masks': np.zeros((6, 120, 20), np.uint8)},  # no width
    {'masks': np.zeros((6, 120, 19), np.uint8), 'width': np.array(160)},
    {'masks': np.zeros((5, 120, 20), np.uint8), 'width': np.array(160)},
    {'masks': np.zeros((6, 120, 20), np.float32), 'width': np.array(160)},
])
def test_packed_masks_that_are_none_are_refused(
    tmp_path: Path, arrays: dict[str, np.ndarray],
) -> None:
    write_clip(tmp_path / 'clip', hue=1, masks=False)
    write_npz(tmp_path / 'clip' / 'masks.npz', **arrays)
    _, masks = load(tmp_path)
    with pytest.raises(DatasetError, match=r'masks\.npz holds .*; replace or remove the file'):
        masks.pick([0])


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / 'clip', hue=1)
    pack(clip)
    content = (clip / 'masks.npz').read_bytes()
    for damaged in (b'', b'no masks', content[:len(content) // 2]):
        (clip / 'masks.npz').write_bytes(damaged)
        _, masks = load(tmp_path)
        with pytest.raises(DatasetError, match=r'masks\.npz holds no masks'):
            masks.pick([0])

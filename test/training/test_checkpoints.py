"""Checkpoints come back as they were written, or the message says why not."""

from __future__ import annotations

from collections.abc import Iterator
import math
from pathlib import Path
import resource

import pytest
import torch

from rat_tracker.training.checkpoints import Checkpoint
from rat_tracker.training.checkpoints import read_checkpoint
from rat_tracker.training.checkpoints import write_checkpoint
from rat_tracker.training.errors import TrainingError


def checkpoint(step: int = 3) -> Checkpoint:
    return Checkpoint(
        'some', 2, {'seed': 5, 'data': [{'clips': 4}]}, step,
        network={'layer.weight': torch.arange(6.0).reshape(2, 3)},
        optimizer={'layer.weight.step': torch.tensor(3.0)},
        best={'layer.weight': torch.ones(2, 3)},
        figures={'overlap': 0.1 + 0.2, 'presence': math.nan},
        history=[{'step': 3, 'overlap': 1 / 3}], sums={'box': 1 / 7})


def test_it_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    written, path = checkpoint(), tmp_path / 'some.safetensors'
    write_checkpoint(path, written)
    found = read_checkpoint(path)

    assert (found.recipe, found.version, found.settings, found.step) == (
        'some', 2, written.settings, 3)
    for group in ('network', 'optimizer', 'best'):
        expected, tensors = getattr(written, group), getattr(found, group)
        assert tensors.keys() == expected.keys()
        assert all(torch.equal(tensors[name], tensor) for name, tensor in expected.items())
    assert repr((found.figures, found.history, found.sums)) == repr(
        (written.figures, written.history, written.sums))


@pytest.mark.parametrize('kept', [0, 5, 100, -1])
def test_one_that_was_cut_off_is_named_with_the_remedy(tmp_path: Path, kept: int) -> None:
    path = tmp_path / 'some.safetensors'
    write_checkpoint(path, checkpoint())
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(TrainingError, match=r'is no checkpoint, or was cut off; .*: rm ') as fault:
        read_checkpoint(path)
    assert '\n' not in str(fault.value)


def test_tensors_that_are_no_checkpoint_are_none(tmp_path: Path) -> None:
    from safetensors.torch import save_file  # noqa: PLC0415

    save_file({'layer': torch.ones(1)}, tmp_path / 'weights.safetensors')
    with pytest.raises(TrainingError, match='is no checkpoint'):
        read_checkpoint(tmp_path / 'weights.safetensors')


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r'cannot be read|is no checkpoint'):
        read_checkpoint(tmp_path)


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let no file grow beyond 100 bytes, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_on_a_full_disk_the_one_before_stays(
    tmp_path: Path, request: pytest.FixtureRequest,
) -> None:
    path = tmp_path / 'some.safetensors'
    write_checkpoint(path, checkpoint(step=3))
    request.getfixturevalue('small_files')

    with pytest.raises(OSError, match='File too large'):
        write_checkpoint(path, checkpoint(step=4))
    assert read_checkpoint(path).step == 3
    assert list(tmp_path.iterdir()) == [path]

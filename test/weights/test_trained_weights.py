"""Weights of our own are loaded with what is known of them, or the message says what is wrong."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import safetensors.torch
import torch

from rat_tracker.weights import WeightsError
from rat_tracker.weights.trained import TrainedWeights

CONTENT = safetensors.torch.save({'layer': torch.arange(3)})


def written(folder: Path, content: bytes = CONTENT, manifest: str | None = None) -> TrainedWeights:
    (folder / 'some.safetensors').write_bytes(content)
    (folder / 'some.toml').write_text(
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\nseed = 3\n'
        if manifest is None else manifest, encoding='utf-8')
    return TrainedWeights('some', folder)


def test_tensors_and_what_is_known_of_them_are_loaded(tmp_path: Path) -> None:
    weights = written(tmp_path)

    assert weights.load()['layer'].tolist() == [0, 1, 2]
    assert weights.manifest()['seed'] == 3


def test_weights_of_no_such_name_are_named() -> None:
    with pytest.raises(WeightsError, match=r'weights/none\.toml cannot be read .*; install '):
        TrainedWeights('none').load()


@pytest.mark.parametrize(('content', 'manifest', 'fault'), [
    (CONTENT, 'sha256 = "0"', r'some\.safetensors is corrupt: .*, expected 0…; install'),
    (CONTENT, 'seed = 3', r'some\.toml has no sha256; install'),
    (CONTENT, 'sha256 =', r'some\.toml is no TOML; install'),
    (b'nonsense', None, r'some\.safetensors is not a file of tensors; install'),
])
def test_what_is_not_as_it_should_be_is_named_in_one_line(
    tmp_path: Path, content: bytes, manifest: str | None, fault: str,
) -> None:
    with pytest.raises(WeightsError, match=fault) as failure:
        written(tmp_path, content, manifest).load()
    assert '\n' not in str(failure.value)


def test_a_manifest_without_weights_is_named(tmp_path: Path) -> None:
    weights = written(tmp_path)
    weights.path.unlink()

    with pytest.raises(WeightsError, match=r'some\.safetensors cannot be read'):
        weights.load()

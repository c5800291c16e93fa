"""Every engine gives the same answers; what cannot run here is said so."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines import choose_engine
from rat_tracker.engines import create_engine
from rat_tracker.engines import DEVICES
from rat_tracker.engines import ENGINES
from rat_tracker.engines import Patches
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.weights import EFFICIENTNET_LITE0

SHAPE = (2, 16, 16, 3)
RUNNING = [
    engine for engine in ENGINES
    if engine != 'openvino' or importlib.util.find_spec('openvino') is not None]


class Edges(nn.Module):
    """A tiny network with two outputs of different sizes."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.fine = nn.Conv2d(3, 4, 3, padding=1)
        self.coarse = nn.Conv2d(4, 5, 3, stride=2)

    def forward(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.fine(patches.permute(0, 3, 1, 2).float())
        return fine, self.coarse(fine)


def patches(seed: int, shape: tuple[int, int, int, int] = SHAPE) -> Patches:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def expected(network: nn.Module, shown: Patches) -> tuple[Tensor, ...]:
    with torch.inference_mode():
        answer: tuple[Tensor, ...] = network.eval()(torch.from_numpy(shown))
    return answer


@pytest.mark.parametrize('name', RUNNING)
def test_engine_answers_like_the_module(name: str) -> None:
    network = Edges()
    engine = create_engine(network, SHAPE, name, 'cpu')

    answer = engine(patches(1))

    assert len(answer) == 2
    for found, wanted in zip(answer, expected(network, patches(1)), strict=True):
        assert found.dtype == torch.float32
        assert found.device == engine.device
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize('name', RUNNING)
def test_second_call_is_about_the_second_patches(name: str) -> None:
    """Also when the caller fills the same array again, as trackers do."""
    network = Edges()
    engine = create_engine(network, SHAPE, name, 'cpu')
    shown = patches(1)
    first = [layer.clone() for layer in engine(shown)]

    shown[:] = patches(2)
    second = [layer.clone() for layer in engine(shown)]
    shown[:] = patches(1)
    third = engine(shown)

    for layer, wanted in zip(second, expected(network, patches(2)), strict=True):
        torch.testing.assert_close(layer, wanted, rtol=1e-4, atol=1e-2)
    for layer, wanted in zip(third, first, strict=True):
        assert torch.equal(layer, wanted)


def test_engines_do_not_disturb_each_other() -> None:
    engines = [create_engine(Edges(), SHAPE, name, 'cpu') for name in RUNNING]
    answers = [[layer.clone() for layer in engine(patches(1))] for engine in engines]
    for engine in engines:
        engine(patches(2))

    for engine, answer in zip(engines, answers, strict=True):
        for layer, wanted in zip(engine(patches(1)), answer, strict=True):
            assert torch.equal(layer, wanted)


@pytest.mark.skipif('openvino' not in RUNNING, reason='openvino is not installed')
def test_openvino_runs_the_backbone_like_torch() -> None:
    side = 96
    network = EfficientNetLite0(['stride8', 'stride16'], side)
    network.load_weights(EFFICIENTNET_LITE0.load())
    shape = (2, side, side, 3)

    answer = create_engine(network, shape, 'openvino', 'cpu')(patches(3, shape))

    for found, wanted in zip(answer, expected(network, patches(3, shape)), strict=True):
        scale = float(wanted.square().mean().sqrt())
        torch.testing.assert_close(found / scale, wanted / scale, rtol=0, atol=1e-4)


@pytest.mark.parametrize('name', RUNNING)
def test_engine_tells_its_name_and_device(name: str) -> None:
    chosen, device = choose_engine(name, 'cpu')

    assert create_engine(Edges(), SHAPE, name, 'cpu').name == f'{chosen} on {device}'


def test_engine_can_be_chosen_after_torch_was_one() -> None:
    create_engine(Edges(), SHAPE, 'torch', 'cpu')

    engine, device = choose_engine('auto', 'auto')
    assert engine in ENGINES
    assert device in DEVICES


def test_unknown_engine_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown engine 'onnx'; .* auto, openvino, torch"):
        create_engine(Edges(), SHAPE, 'onnx')


def test_unknown_device_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown device 'tpu'; .* auto, cpu, cuda"):
        create_engine(Edges(), SHAPE, 'auto', 'tpu')


def test_missing_gpu_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)

    with pytest.raises(ValueError, match=r"device 'cuda' needs .*choose device 'cpu' or 'auto'"):
        choose_engine('auto', 'cuda')
    assert choose_engine('torch', 'auto') == ('torch', 'cpu')


def test_gpu_is_taken_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)

    assert choose_engine('auto', 'auto') == ('torch', 'cuda')
    with pytest.raises(ValueError, match='runs on the CPU only'):
        choose_engine('openvino', 'cuda')


def test_missing_openvino_is_said_and_torch_steps_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)

    with pytest.raises(ValueError, match='not installed; run: pip install openvino'):
        choose_engine('openvino', 'auto')
    assert choose_engine('auto', 'auto') == ('torch', 'cpu')

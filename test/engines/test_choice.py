"""What ``auto`` stands for; what cannot run here is named, with the remedy."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
import sys
from types import ModuleType

import pytest
from support_engines import Edges
from support_engines import SHAPE
import torch

from rat_tracker.engines.choice import choose_engine
from rat_tracker.engines.choice import log_once
from rat_tracker.engines.creation import create_engine

has_rtx = importlib.util.find_spec('tensorrt_rtx_bindings') is not None
needs_rtx = pytest.mark.skipif(not has_rtx, reason='package tensorrt-rtx-cu13-bindings is missing')


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let torch say that there is a GPU of compute capability 9.0."""
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    monkeypatch.setattr(torch.cuda, 'get_device_capability', lambda device=None: (9, 0))
    monkeypatch.setattr(torch.cuda, 'get_device_name', lambda device=None: 'NVIDIA H200')


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)


def test_unknown_engine_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown engine 'onnx'; .* auto, openvino, torch"):
        create_engine(Edges(), SHAPE, 'onnx')


def test_unknown_device_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown device 'tpu'; .* auto, cpu, cuda"):
        create_engine(Edges(), SHAPE, 'auto', 'tpu')


def test_missing_gpu_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)

    with pytest.raises(ValueError, match=r"device 'cuda' needs .*choose device 'cpu' or 'auto'"):
        choose_engine('auto', 'cuda')
    assert choose_engine('torch', 'auto') == ('torch', 'cpu')


def test_gpu_is_taken_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)

    assert choose_engine('auto', 'auto') == ('torch', 'cuda')
    with pytest.raises(ValueError, match='runs on the CPU only'):
        choose_engine('openvino', 'cuda')


def test_missing_openvino_is_reported_and_torch_steps_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)

    with pytest.raises(ValueError, match='not installed; run: pip install openvino'):
        choose_engine('openvino', 'auto')
    assert choose_engine('auto', 'auto') == ('torch', 'cpu')


@needs_rtx
@pytest.mark.usefixtures('no_gpu')
def test_tensorrt_rtx_says_that_a_gpu_is_missing() -> None:
    with pytest.raises(ValueError, match=(
            "engine 'tensorrt_rtx' needs an NVIDIA GPU, its driver and a CUDA build of torch, "
            "and none was found; choose engine 'auto'")):
        create_engine(Edges(), SHAPE, 'tensorrt_rtx')


@needs_rtx
@pytest.mark.usefixtures('gpu')
def test_tensorrt_rtx_says_which_gpus_it_runs_on() -> None:
    with pytest.raises(ValueError, match=(
            r"runs on compute capability .*8\.6, 8\.9.*, and NVIDIA H200 has 9\.0; "
            "choose engine 'tensorrt' or 'torch'")):
        choose_engine('tensorrt_rtx')


@needs_rtx
@pytest.mark.usefixtures('gpu')
def test_tensorrt_rtx_is_taken_on_a_gpu_that_it_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, 'get_device_capability', lambda device=None: (8, 9))

    assert choose_engine('tensorrt_rtx') == ('tensorrt_rtx', 'cuda')
    assert choose_engine('auto') == ('torch', 'cuda')


@pytest.mark.usefixtures('gpu')
@pytest.mark.parametrize(('engine', 'package'), [
    ('tensorrt_rtx', 'tensorrt_rtx_bindings'), ('tensorrt_rtx', 'onnx'),
    ('tensorrt', 'torch_tensorrt'), ('tensorrt', 'tensorrt'), ('tensorrt', 'onnx')])
def test_engines_that_are_built_say_which_package_is_missing(
    monkeypatch: pytest.MonkeyPatch, engine: str, package: str,
) -> None:
    monkeypatch.setattr(
        importlib.util, 'find_spec', lambda name: None if name == package else object())

    with pytest.raises(ValueError, match=(
            f'needs the package {package}; run: pip install -r requirements/{engine}.txt')):
        choose_engine(engine)


@pytest.mark.parametrize('engine', ['tensorrt', 'tensorrt_rtx'])
def test_engines_that_are_built_do_not_run_on_the_cpu(engine: str) -> None:
    with pytest.raises(ValueError, match="runs on NVIDIA GPUs only; choose device 'cuda'"):
        choose_engine(engine, 'cpu')


@pytest.mark.usefixtures('no_gpu')
def test_tensorrt_says_that_a_gpu_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: object())

    with pytest.raises(ValueError, match=(
            "engine 'tensorrt' needs an NVIDIA GPU, its driver and a CUDA build of torch, "
            "and none was found; choose engine 'auto'")):
        choose_engine('tensorrt')


@pytest.mark.usefixtures('gpu')
def test_tensorrt_is_taken_on_any_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: object())
    monkeypatch.setitem(sys.modules, 'tensorrt', ModuleType('tensorrt'))

    assert choose_engine('tensorrt') == ('tensorrt', 'cuda')


@pytest.mark.usefixtures('gpu')
def test_tensorrt_without_its_libraries_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    """As pip installs it where it reaches PyPI but not NVIDIA's own server."""
    (tmp_path / 'tensorrt.py').write_text('import libraries_of_tensorrt')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, 'tensorrt', raising=False)
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: object())

    with pytest.raises(ValueError, match=(
            r"has the package tensorrt, which cannot be loaded \(No module named "
            r"'libraries_of_tensorrt'\); with access to pypi.nvidia.com run: pip install ")):
        choose_engine('tensorrt')


@pytest.mark.usefixtures('no_gpu')
def test_auto_logs_its_choice_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
    caplog.set_level(logging.INFO, 'rat_tracker.engines')
    log_once.cache_clear()

    for _ in range(3):
        choose_engine('auto')

    assert caplog.messages == ['engine auto stands for torch on cpu: no GPU was asked for or '
                               'found, and openvino is not installed']


def test_named_engine_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, 'rat_tracker.engines')

    choose_engine('torch', 'cpu')

    assert caplog.messages == []

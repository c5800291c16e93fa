"""Engines that are built: at once if they are kept, else in the background, anew if refused.

The CPU stands in for the GPU here, and OpenVINO for what would run the plan; what builds for RTX,
and what keeps that, is real.
"""

from __future__ import annotations

from contextlib import nullcontext
import logging
from pathlib import Path
import threading
from typing import Any

import pytest
from support_engines import expected
from support_engines import further_inputs
from support_engines import patches
from support_engines import SHAPE
from support_engines import Tinted
from support_engines import TINTS
import torch
from torch import Tensor

from rat_tracker.engines import openvino
from rat_tracker.engines import planned
from rat_tracker.engines import rtx_build
from rat_tracker.engines.background import BackgroundEngine
from rat_tracker.engines.cache import EngineCache
from rat_tracker.engines.eager import EagerEngine
from rat_tracker.engines.engine import Engine
from rat_tracker.engines.errors import EngineBuildError
from rat_tracker.engines.workload import Workload

WORKLOAD = Workload(Tinted(), SHAPE, TINTS)
NAME = 'tensorrt_rtx on cuda'
REFUSED: list[bytes] = []


class Stand:
    """Runs the network that a plan was made of, unless the plan is refused."""

    def __init__(self, _: Any, plan: bytes, name: str) -> None:
        if plan in REFUSED:
            raise EngineBuildError('TensorRT does not take the plan: too old')
        self.plan = plan
        self.name = name
        self.device = torch.device('cpu')
        self.capturable = False
        self._engine: Engine = openvino.OpenVinoEngine(
            WORKLOAD.network, WORKLOAD.patches, inputs=WORKLOAD.inputs)

    def swap_if_ready(self) -> int:
        return 0

    def __call__(self, patches: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        return self._engine(patches, *inputs)


@pytest.fixture(autouse=True)
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, 'current_device', lambda: 0)
    monkeypatch.setattr(torch.cuda, 'device', lambda number: nullcontext())
    monkeypatch.setattr(rtx_build, 'local_capability', lambda: '8.6')
    monkeypatch.setattr(planned, 'PlanEngine', Stand)
    monkeypatch.setattr(planned, 'EagerEngine', lambda network, shape, _, precision, inputs: (
        EagerEngine(network, shape, 'cpu', precision, inputs)))
    REFUSED.clear()


@pytest.fixture
def cache(tmp_path: Path) -> EngineCache:
    return EngineCache(tmp_path / 'engines')


def make(cache: EngineCache) -> Engine:
    return planned.planned_engine('tensorrt_rtx', WORKLOAD, 'float32', cache)


def finish(engine: Engine) -> None:
    """Wait for the build and let its engine take over."""
    for thread in threading.enumerate():
        if thread.name == f'build {NAME}':
            thread.join(60)
    assert engine.swap_if_ready() == 1


def test_engine_that_is_not_kept_is_built_while_torch_serves(cache: EngineCache) -> None:
    engine = make(cache)

    assert isinstance(engine, BackgroundEngine)
    inputs = further_inputs(1)
    wanted = expected(WORKLOAD.network, patches(1), *inputs)
    output = engine(patches(1), *inputs)
    assert all(torch.equal(*layers) for layers in zip(output, wanted, strict=True))
    finish(engine)
    assert engine.name == NAME
    for layer, other in zip(engine(patches(1), *inputs), wanted, strict=True):
        torch.testing.assert_close(layer, other, rtol=1e-4, atol=1e-2)
    [entry] = cache.entries()
    assert entry.key is not None
    assert entry.key.gpu == 'compute capability 8.6'
    assert entry.key.inputs == TINTS


def test_engine_that_is_kept_is_there_at_once(cache: EngineCache) -> None:
    finish(make(cache))
    [entry] = cache.entries()
    assert entry.key is not None

    engine = make(cache)

    assert isinstance(engine, Stand)
    assert engine.plan == cache.fetch(entry.key)


def test_engine_that_the_library_refuses_is_built_anew(
    cache: EngineCache, caplog: pytest.LogCaptureFixture,
) -> None:
    finish(make(cache))
    [entry] = cache.entries()
    assert entry.key is not None
    good = cache.fetch(entry.key)
    REFUSED.append(b'what an older driver took')
    cache.store(entry.key, REFUSED[0])
    caplog.set_level(logging.WARNING, 'rat_tracker.engines')

    engine = make(cache)

    assert caplog.messages == [
        f'{entry.key} is not used but rebuilt: TensorRT does not take the plan: too old']
    finish(engine)
    assert engine.name == NAME
    rebuilt = cache.fetch(entry.key)
    assert rebuilt is not None
    assert good is not None
    assert abs(len(rebuilt) - len(good)) < 0.1 * len(good)

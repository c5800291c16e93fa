"""Engines on a GPU compute what torch does on the CPU; what is missing for that is named.

On a machine with an NVIDIA GPU: ``python -m pytest test/engines/test_on_gpu.py``
"""

from __future__ import annotations

from pathlib import Path
import threading

import pytest
from support_engines import cases
from support_engines import deviation
from support_engines import expected
import torch
from torch import Tensor

from rat_tracker.engines.background import BackgroundEngine
from rat_tracker.engines.cache import EngineCache
from rat_tracker.engines.choice import choose_engine
from rat_tracker.engines.creation import create_engine
from rat_tracker.engines.engine import Engine
from rat_tracker.engines.engine import named
from rat_tracker.engines.workload import Workload
from rat_tracker.trackers import create_tracker

# Root mean square of the differences from torch on the CPU in float32, over that of the features.
# Rounding to 11 bits makes 0.005 in the backbone of `rat`; a GPU adds up in another order.
DEVIATIONS = {'float32': 1e-4, 'float16': 0.01}
BUILD = 600.0  # seconds

# The whole of a build has to fit into a test.
pytestmark = pytest.mark.timeout(2 * BUILD)


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep engines for this run only, in a folder that all tests share."""
    folder = tmp_path_factory.getbasetemp() / 'cache'
    folder.mkdir(0o700, exist_ok=True)
    monkeypatch.setenv('XDG_CACHE_HOME', str(folder))
    return folder


@pytest.fixture(params=['torch', 'tensorrt', 'tensorrt_rtx'])
def kind(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine that runs here."""
    kind: str = request.param
    try:
        choose_engine(kind, 'cuda')
    except ValueError as error:
        pytest.skip(str(error))
    return kind


@pytest.fixture(params=['float32', 'float16'])
def precision(request: pytest.FixtureRequest) -> str:
    precision: str = request.param
    return precision


def built(workload: Workload, kind: str, precision: str) -> Engine:
    """Return an engine that has taken over, if it had to be built."""
    engine = create_engine(
        workload.network, workload.patches, kind, 'cuda', precision, workload.inputs)
    for thread in threading.enumerate():
        if thread.name.startswith('build '):
            thread.join(BUILD)
    engine.swap_if_ready()
    assert engine.name == named(kind, 'cuda', precision)
    return engine


def run(engine: Engine, shown: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    first, *others = (tensor.to(engine.device) for tensor in shown)
    return engine(first, *others)


def test_engine_matches_torch_on_the_cpu(kind: str, precision: str) -> None:
    for workload, calls in cases():
        engine = built(workload, kind, precision)
        for shown in calls:
            output = run(engine, shown)

            assert all(layer.dtype == torch.float32 for layer in output)
            assert all(layer.device == engine.device for layer in output)
            assert deviation(output, expected(workload.network, *shown)) < DEVIATIONS[precision]


def test_same_patches_get_the_same_answer(kind: str, precision: str) -> None:
    for workload, calls in cases():
        engine = built(workload, kind, precision)

        first = [layer.clone() for layer in run(engine, calls[0])]
        run(engine, calls[1])
        again = run(engine, calls[0])

        assert all(torch.equal(*layers) for layers in zip(first, again, strict=True))


def test_call_can_be_captured_in_a_cuda_graph_and_played_back(kind: str, precision: str) -> None:
    for workload, calls in cases():
        engine = built(workload, kind, precision)
        if not engine.capturable:
            pytest.skip(f'{engine.name} says that it cannot be captured')
        shown = [tensor.to(engine.device) for tensor in calls[0]]
        for _ in range(3):
            engine(*shown)
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode='thread_local'):
            output = engine(*shown)

        for call in calls[1:]:
            for tensor, values in zip(shown, call, strict=True):
                tensor.copy_(values)
            graph.replay()

            assert deviation(output, expected(workload.network, *call)) < DEVIATIONS[precision]


def test_engine_that_was_built_is_there_at_once_the_next_time(kind: str, precision: str) -> None:
    if kind == 'torch':
        pytest.skip('torch builds nothing')
    for workload, _ in cases():
        built(workload, kind, precision)
        kept = EngineCache().entries()

        engine = create_engine(
            workload.network, workload.patches, kind, 'cuda', precision, workload.inputs)

        assert not isinstance(engine, BackgroundEngine)
        assert EngineCache().entries() == kept
        assert all(entry.key is not None for entry in kept)


def test_torch_serves_before_the_engine_is_built(
    kind: str, precision: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    if kind == 'torch':
        pytest.skip('torch builds nothing')
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path))  # where nothing is kept
    workload, (shown, *_) = next(cases())
    wanted = expected(workload.network, *shown)

    engine = create_engine(
        workload.network, workload.patches, kind, 'cuda', precision, workload.inputs)

    assert engine.swap_if_ready() == 0
    assert deviation(run(engine, shown), wanted) < DEVIATIONS[precision]
    while engine.swap_if_ready() == 0:
        assert 'could not be built' not in engine.name
        assert deviation(run(engine, shown), wanted) < DEVIATIONS[precision]
    assert engine.name == named(kind, 'cuda', precision)
    assert deviation(run(engine, shown), wanted) < DEVIATIONS[precision]


@pytest.mark.parametrize('engine', ['torch', 'tensorrt', 'tensorrt_rtx'])
def test_tracker_follows_its_target_on_a_gpu(engine: str, precision: str) -> None:
    try:
        tracker = create_tracker('rat', engine=engine, device='cuda', precision=precision)
    except ValueError as error:
        pytest.skip(str(error))
    from support_rat import CLIP  # noqa: PLC0415 - it takes a second
    tracker.init(CLIP[0].image, CLIP[0].box)
    for frame in CLIP[1:]:
        result = tracker.track(frame.image)
        assert result.box.overlap(frame.box) > 0.5

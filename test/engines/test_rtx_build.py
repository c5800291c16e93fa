"""TensorRT for RTX builds what trackers run, on machines without a GPU."""

from __future__ import annotations

import logging
from pathlib import Path
import threading

import onnx
from onnx.reference import ReferenceEvaluator
import pytest
from support_engines import cases
from support_engines import deviation
from support_engines import Edges
from support_engines import expected
from support_engines import SHAPE
from support_engines import Spectrum
import tensorrt_rtx_bindings as trt
import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines import rtx_build
from rat_tracker.engines.cache import EngineCache
from rat_tracker.engines.cache_entry import EngineKey
from rat_tracker.engines.creation import create_engine
from rat_tracker.engines.errors import EngineBuildError
from rat_tracker.engines.onnx_graph import export
from rat_tracker.engines.onnx_graph import ExportError
from rat_tracker.engines.onnx_graph import input_names
from rat_tracker.engines.onnx_graph import weights_digest
from rat_tracker.engines.precision import offered
from rat_tracker.engines.workload import noting_workloads
from rat_tracker.engines.workload import Workload

# Of features, see ``deviation``. Rounding to 11 bits in each convolution makes 0.006 for `rat`.
DEVIATIONS = {'float32': 1e-5, 'float16': 0.01}

PRECISIONS = sorted(offered('tensorrt_rtx', 'cuda'), reverse=True)


@pytest.mark.parametrize('precision', PRECISIONS)
@pytest.mark.parametrize('capability', ['8.6', '8.9'])
def test_every_network_of_every_tracker_becomes_an_engine_that_is_kept(
    tmp_path: Path, capability: str, precision: str, caplog: pytest.LogCaptureFixture,
) -> None:
    cache = EngineCache(tmp_path / 'engines')
    for workload, _ in cases():
        key, build = rtx_build.prepare(workload, precision, capability)

        engine = cache.get_or_build(key, build)

        # The weights are inside, each of two or four bytes.
        weights = sum(value.numel() for value in workload.network.parameters())
        assert len(engine) > weights * (2 if precision == 'float16' else 4)
        again, _ = rtx_build.prepare(workload, precision, capability)
        assert cache.fetch(again) == engine
        assert key.gpu == f'compute capability {capability}'
        assert (key.patches, key.inputs) == (workload.patches, workload.inputs)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize('precision', PRECISIONS)
def test_exported_networks_answer_like_torch(precision: str) -> None:
    """What TensorRT is given is the network: ONNX's own reference runs the same graph, slowly."""
    for workload, (shown, *_) in cases():
        graph = onnx.load_from_string(
            export(workload.network, workload.patches, precision, workload.inputs))
        names = input_names(len(shown))

        output = ReferenceEvaluator(graph).run(
            None, {name: value.numpy() for name, value in zip(names, shown, strict=True)})

        assert [given.name for given in graph.graph.input] == names
        found = [torch.from_numpy(layer) for layer in output]
        assert all(layer.dtype == torch.float32 for layer in found)
        assert deviation(found, expected(workload.network, *shown)) < DEVIATIONS[precision]


def test_exporting_leaves_the_network_as_it_was() -> None:
    network = Edges().eval()
    before = weights_digest(network)

    export(network, SHAPE, 'float16')

    assert not any(module.training for module in network.modules())
    assert weights_digest(network) == before


def test_half_precision_halves_the_weights() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(16 * 16 * 3, 1000))

    class Flat(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = network

        def forward(self, shown: Tensor) -> tuple[Tensor]:
            return (self.inner(shown.float()),)

    whole, half = (len(export(Flat(), (1, 16, 16, 3), precision)) for precision in PRECISIONS)

    assert 0.49 < half / whole < 0.52


def key_of(
    network: nn.Module, shape: tuple[int, int, int, int] = SHAPE, precision: str = 'float32',
    capability: str = '8.6',
) -> object:
    return rtx_build.prepare(Workload(network, shape), precision, capability)[0]


def test_key_is_the_same_for_the_same_network() -> None:
    assert key_of(Edges()) == key_of(Edges())


def test_key_changes_with_all_that_the_engine_depends_on() -> None:
    reversed_outputs = Edges()
    forward = reversed_outputs.forward
    reversed_outputs.forward = lambda shown: forward(shown)[::-1]  # type: ignore[assignment]
    keys = {
        key_of(Edges()), key_of(Edges(seed=1)), key_of(reversed_outputs),
        key_of(Edges(), (1, 16, 16, 3)), key_of(Edges(), precision='float16'),
        key_of(Edges(), capability='8.9')}

    assert len(keys) == 6


def test_key_knows_weights_from_structure() -> None:
    first, second = key_of(Edges()), key_of(Edges(seed=1))

    assert isinstance(first, EngineKey)
    assert isinstance(second, EngineKey)
    assert first.weights == weights_digest(Edges()) != second.weights


def test_key_names_the_versions_but_not_which_build_of_torch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that an engine built on a machine without a GPU serves on one that has one."""
    monkeypatch.setattr(torch, '__version__', '2.13.0+cpu')
    here = key_of(Edges())
    monkeypatch.setattr(torch, '__version__', '2.13.0+cu130')
    assert key_of(Edges()) == here
    monkeypatch.setattr(torch, '__version__', '2.14.0+cpu')
    assert key_of(Edges()) != here
    monkeypatch.undo()
    monkeypatch.setattr(trt, '__version__', '0.0')
    assert key_of(Edges()) != here


def test_what_is_no_network_is_refused_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(EngineBuildError, match='cannot build the network: ') as refusal:
        rtx_build.build(b'not a graph', 'float32', '8.6')

    assert '\n' not in str(refusal.value)
    assert 'TensorRT: ' in caplog.text


def test_network_beyond_onnx_is_refused_in_one_line() -> None:
    with pytest.raises(ExportError, match='Spectrum cannot be written as ONNX: ') as refusal:
        export(Spectrum(), SHAPE, 'float32')
    assert '\n' not in str(refusal.value)


def test_gpu_that_nothing_can_be_built_for_is_refused() -> None:
    with pytest.raises(ValueError, match=r'compute capability 6\.1; choose from: .*8\.6, 8\.9'):
        key_of(Edges(), capability='6.1')


def test_only_workloads_of_this_thread_are_noted() -> None:
    def make_one() -> None:
        create_engine(Edges(), SHAPE, 'torch', 'cpu')

    with noting_workloads() as noted:
        other = threading.Thread(target=make_one)
        other.start()
        other.join()
        assert noted == []
        make_one()
        make_one()
    make_one()

    assert [workload.patches for workload in noted] == [SHAPE, SHAPE]


def test_all_of_tensorrt_that_running_needs_is_there() -> None:
    """As far as can be told without a GPU."""
    for owner, names in {
        trt.Runtime: ['deserialize_cuda_engine'],
        trt.ICudaEngine: ['create_execution_context', 'get_tensor_name', 'get_tensor_shape',
                          'get_tensor_dtype', 'get_tensor_mode', 'num_io_tensors'],
        trt.IExecutionContext: ['execute_async_v3', 'is_stream_capturable', 'set_tensor_address'],
        trt.DataType: ['FLOAT', 'UINT8'],
        trt.TensorIOMode: ['INPUT'],
    }.items():
        assert set(names) <= set(dir(owner))

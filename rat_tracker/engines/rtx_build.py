"""Build engines for NVIDIA's TensorRT for RTX, on any machine, with or without a GPU."""

from __future__ import annotations

from collections.abc import Callable
import hashlib

import tensorrt_rtx_bindings as trt
import torch

from rat_tracker.engines.cache_entry import EngineKey
from rat_tracker.engines.errors import EngineBuildError
from rat_tracker.engines.onnx_graph import export
from rat_tracker.engines.onnx_graph import weights_digest
from rat_tracker.engines.tensorrt_log import message_log
from rat_tracker.engines.workload import Workload


def capabilities() -> tuple[str, ...]:
    """Return the compute capabilities that engines can be built for, such as ``8.6``."""
    numbers = sorted(int(name[2:]) for name in trt.ComputeCapability.__members__
                     if name.startswith('SM'))
    return tuple(f'{number // 10}.{number % 10}' for number in numbers)


def local_capability() -> str:
    """Return the compute capability of the current CUDA device."""
    return '.'.join(map(str, torch.cuda.get_device_capability()))


def prepare(
    workload: Workload, precision: str, capability: str,
) -> tuple[EngineKey, Callable[[], bytes]]:
    """Return the key of an engine, and what builds it, as ``EngineCache.get_or_build`` wants.

    The key names no GPU: these engines run on every GPU of their compute capability.

    :param precision: ``float32`` or ``float16``
    :param capability: one of ``capabilities()``
    :raises ValueError: the compute capability is none of them
    """
    if capability not in capabilities():
        raise ValueError(f'TensorRT for RTX builds nothing for compute capability {capability}; '
                         f'choose from: {", ".join(capabilities())}')
    graph = export(workload.network, workload.patches, precision, workload.inputs)
    key = EngineKey(
        engine='tensorrt_rtx', network=type(workload.network).__name__,
        weights=weights_digest(workload.network), graph=hashlib.sha256(graph).hexdigest(),
        patches=workload.patches, inputs=workload.inputs, precision=precision,
        gpu=f'compute capability {capability}',
        # An engine that was built beside a CPU build of torch serves beside a CUDA build.
        versions=(f'TensorRT-RTX {trt.__version__}', f'torch {torch.__version__.split("+")[0]}'))
    return key, lambda: build(graph, precision, capability)


def build(graph: bytes, precision: str, capability: str) -> bytes:
    """Return the engine for an ONNX graph.

    :raises EngineBuildError: TensorRT refuses the graph, and says why
    """
    messages = message_log(trt)
    builder = trt.Builder(messages)
    # Types are those of the graph: nothing is rounded that was not asked to be.
    network = builder.create_network(
        1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    parser = trt.OnnxParser(network, messages)
    plan = None
    if parser.parse(graph):
        config = builder.create_builder_config()
        if precision == 'float32':
            config.clear_flag(trt.BuilderFlag.TF32)
        config.num_compute_capabilities = 1
        config.set_compute_capability(
            getattr(trt.ComputeCapability, f'SM{capability.replace(".", "")}'), 0)
        plan = builder.build_serialized_network(network, config)
    if plan is None:
        raise EngineBuildError(f'TensorRT for RTX cannot build the network: {messages.errors}')
    return bytes(plan)

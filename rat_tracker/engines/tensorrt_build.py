"""Build engines with Torch-TensorRT, for the GPU in this machine.

This module has not run yet: Torch-TensorRT needs a CUDA build of torch and a GPU even to be
imported. It is written from the source of Torch-TensorRT 2.13.0. The test that builds an engine
and compares it with torch waits for a machine that can.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
import tempfile

import tensorrt as trt
import torch

from rat_tracker.engines.cache_entry import EngineKey
from rat_tracker.engines.errors import EngineBuildError
from rat_tracker.engines.exported_program import exported_program
from rat_tracker.engines.onnx_graph import export
from rat_tracker.engines.onnx_graph import weights_digest
from rat_tracker.engines.workload import Workload


def key_of(workload: Workload, precision: str) -> EngineKey:
    """Return the key of an engine for the current CUDA device.

    Unlike those for RTX, these engines are chosen by measuring on one GPU, and serve on others
    of the same name only. The graph is that of ONNX: it is not what is built from, but changes
    whenever that does.

    :param precision: ``float32`` or ``float16``
    """
    graph = export(workload.network, workload.patches, precision, workload.inputs)
    capability = '.'.join(map(str, torch.cuda.get_device_capability()))
    return EngineKey(
        engine='tensorrt', network=type(workload.network).__name__,
        weights=weights_digest(workload.network), graph=hashlib.sha256(graph).hexdigest(),
        patches=workload.patches, inputs=workload.inputs, precision=precision,
        gpu=f'{torch.cuda.get_device_name()}, compute capability {capability}',
        versions=(f'TensorRT {trt.__version__}', f'Torch-TensorRT {version("torch-tensorrt")}',
                  f'torch {torch.__version__}'))


def build(workload: Workload, precision: str) -> bytes:
    """Return the plan for a workload, with inputs that are all float32 (``exported_program``).

    This takes seconds to minutes, holds Python's lock for long, and torch's tracing disturbs
    other threads that run networks: it belongs into a process of its own (``build_process``).

    :param precision: ``float32`` or ``float16``
    :raises EngineBuildError: Torch-TensorRT refuses the network
    """
    import torch_tensorrt  # noqa: PLC0415 - only the process that builds needs all of it

    program, example = exported_program(
        workload.network, workload.patches, precision, 'cuda', workload.inputs)
    # The default is a file in /tmp that anybody may have put there.
    with tempfile.TemporaryDirectory() as folder:
        try:
            plan = torch_tensorrt.dynamo.convert_exported_program_to_serialized_trt_engine(
                program, arg_inputs=example,
                disable_tf32=True, require_full_compilation=True,
                cache_built_engines=False, reuse_cached_engines=False,
                timing_cache_path=str(Path(folder) / 'timing.bin'))
        except RuntimeError as error:
            raise EngineBuildError('Torch-TensorRT cannot build the network: '
                                   + ' '.join(str(error).split())) from error
    return bytes(plan)

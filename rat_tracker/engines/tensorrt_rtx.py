"""NVIDIA's TensorRT for RTX, on GPUs from Turing on that it lists.

This module has not run on a GPU yet: what is proven is that its engines are built (see
``rtx_build``) and kept. The test that runs one waits for a machine that can.
"""

from __future__ import annotations

import tensorrt_rtx_bindings as trt
import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.cache import EngineCache
from rat_tracker.engines.onnx_graph import INPUT
from rat_tracker.engines.precision import named
from rat_tracker.engines.rtx_build import local_capability
from rat_tracker.engines.rtx_build import Messages
from rat_tracker.engines.rtx_build import prepare
from rat_tracker.engines.workload import Workload


class TensorRtRtxEngine:
    """Run a network on the current CUDA device; outputs live in reused buffers.

    :param patches: N×H×W×3, the shape of what it will be called with
    :param precision: ``float32`` or ``float16``
    :param cache: where the engine is looked for and kept; None for the user's own
    :raises ValueError: the cache cannot be used, or TensorRT refuses the network
    """

    def __init__(
        self, network: nn.Module, patches: tuple[int, int, int, int], precision: str = 'float32',
        cache: EngineCache | None = None,
    ) -> None:
        self.device = torch.device('cuda', torch.cuda.current_device())
        self.name = named('tensorrt_rtx', 'cuda', precision)
        # Its kernels are compiled at the first calls; whether later ones may be captured has to be
        # tried on a GPU.
        self.capturable = False
        key, build = prepare(Workload(network, patches), precision, local_capability())
        # TensorRT wants these to live as long as what they make.
        self._messages = Messages()
        self._runtime = trt.Runtime(self._messages)
        self._engine = self._runtime.deserialize_cuda_engine(
            (cache or EngineCache()).get_or_build(key, build))
        if self._engine is None:
            raise ValueError('TensorRT for RTX does not take the engine that it built for '
                             f'{key}: {self._messages.errors}')
        self._context = self._engine.create_execution_context()
        # TensorRT waits for the host more often on CUDA's default stream.
        self._stream = torch.cuda.Stream(self.device)  # type: ignore[no-untyped-call]
        self._patches = torch.empty(patches, dtype=torch.uint8, device=self.device)
        names = [self._engine.get_tensor_name(index)
                 for index in range(self._engine.num_io_tensors)]
        outputs = {
            name: torch.empty(tuple(self._engine.get_tensor_shape(name)), device=self.device)
            for name in names if name != INPUT}
        for name, buffer in {INPUT: self._patches, **outputs}.items():
            self._context.set_tensor_address(name, buffer.data_ptr())
        self._outputs = tuple(outputs.values())

    def __call__(self, patches: Tensor) -> tuple[Tensor, ...]:
        caller = torch.cuda.current_stream(self.device)
        # The caller may still be at work on the patches and on the last outputs.
        self._stream.wait_stream(caller)
        with torch.cuda.stream(self._stream):
            self._patches.copy_(patches)
            if not self._context.execute_async_v3(self._stream.cuda_stream):
                raise RuntimeError(f'TensorRT for RTX failed: {self._messages.errors}')
        caller.wait_stream(self._stream)
        return self._outputs

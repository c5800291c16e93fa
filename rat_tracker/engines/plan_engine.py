"""Run what TensorRT or TensorRT for RTX built; both share one interface.

This module has not run on a GPU yet: the tests that run it wait for one.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rat_tracker.engines.errors import EngineBuildError
from rat_tracker.engines.onnx_graph import input_names
from rat_tracker.engines.tensorrt_log import message_log


class PlanEngine:
    """Run a plan on the current CUDA device; outputs live in reused buffers.

    :param trt: the module ``tensorrt`` or ``tensorrt_rtx_bindings``
    :param plan: a network, as that module serialised it, with the inputs of ``input_names``
    :param name: see ``Engine.name``
    :raises EngineBuildError: the library does not take the plan, or its inputs are others
    """

    def __init__(self, trt: Any, plan: bytes, name: str) -> None:
        self.device = torch.device('cuda', torch.cuda.current_device())
        self.name = name
        # TensorRT wants these to live as long as what they make.
        self._messages = message_log(trt)
        self._runtime = trt.Runtime(self._messages)
        self._engine = self._runtime.deserialize_cuda_engine(plan)
        self._context = self._engine and self._engine.create_execution_context()
        if not self._context:
            raise EngineBuildError(f'TensorRT does not take the plan: {self._messages.errors}')
        # TensorRT waits for the host more often on CUDA's default stream.
        self._stream = torch.cuda.Stream(self.device)  # type: ignore[no-untyped-call]
        names = [self._engine.get_tensor_name(index)
                 for index in range(self._engine.num_io_tensors)]
        inputs = input_names(sum(self._is_input(trt, name) for name in names))
        if not set(inputs) <= set(names):
            raise EngineBuildError(
                f'the plan has {", ".join(names)} instead of the inputs {", ".join(inputs)}')
        buffers = {name: self._buffer(trt, name) for name in names}
        for tensor_name, buffer in buffers.items():
            self._context.set_tensor_address(tensor_name, buffer.data_ptr())
        self._inputs = tuple(buffers[name] for name in inputs)
        self._outputs = tuple(buffers[name] for name in names if name not in inputs)
        self.capturable = self._capturable()
        # TensorRT for RTX compiles for the GPU that it finds, and that should not be waited for
        # in the middle of a clip.
        self(*self._inputs)
        self._stream.synchronize()

    def swap_if_ready(self) -> int:
        return 0

    def __call__(self, patches: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        caller = torch.cuda.current_stream(self.device)
        # The caller may still be at work on what comes in and on the last outputs.
        self._stream.wait_stream(caller)
        with torch.cuda.stream(self._stream):
            for buffer, value in zip(self._inputs, (patches, *inputs), strict=True):
                buffer.copy_(value)
            if not self._context.execute_async_v3(self._stream.cuda_stream):
                raise RuntimeError(f'TensorRT failed: {self._messages.errors}')
        caller.wait_stream(self._stream)
        return self._outputs

    def _buffer(self, trt: Any, name: str) -> Tensor:
        types = {trt.DataType.UINT8: torch.uint8, trt.DataType.FLOAT: torch.float32}
        return torch.zeros(
            tuple(self._engine.get_tensor_shape(name)), device=self.device,
            dtype=types[self._engine.get_tensor_dtype(name)])

    def _is_input(self, trt: Any, name: str) -> bool:
        return bool(self._engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT)

    def _capturable(self) -> bool:
        """Whether CUDA graphs can be made of a call.

        TensorRT's can, where no shape depends on data. TensorRT for RTX tells by itself; with
        fixed shapes its kernels are compiled by the first call and stay what they are.
        """
        tell = getattr(self._context, 'is_stream_capturable', None)
        return tell is None or bool(tell(self._stream.cuda_stream))

"""OpenVINO on the CPU."""

from __future__ import annotations

from functools import cache
import os

import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.blocked_imports import block_import
from rat_tracker.engines.engine import named

# It tells its makers over the network when it is imported and of every model, unless the user has
# forbidden that, and forks this process for it, with all of its threads and sockets.
with block_import('openvino_telemetry'):
    import openvino

# oneDNN, which OpenVINO computes with, can be held back to older instructions by its variable
# ONEDNN_MAX_CPU_ISA. OpenVINO goes on to state what the CPU has, and cannot compile bfloat16 then.
_HELD_BACK = frozenset({
    'SSE41', 'AVX', 'AVX2', 'AVX2_VNNI', 'AVX512_CORE', 'AVX512_CORE_VNNI'})

# Left to itself OpenVINO takes bfloat16 where the CPU has it.
_PRECISION_HINTS = {'float32': 'f32', 'bfloat16': 'bf16'}


@cache
def _core() -> openvino.Core:
    """Return the one core of this process, which is never let go.

    A core gives its thread another stack to handle signals on and, when it is let go, the one from
    before. Of two that do not end in reverse order, the stack of one stays in use that is freed:
    then Ctrl-C is a segmentation fault.
    """
    return openvino.Core()


def computes_bfloat16() -> bool:
    """Whether the CPU in this machine has instructions for bfloat16, and they may be used."""
    if os.environ.get('ONEDNN_MAX_CPU_ISA', '').upper() in _HELD_BACK:
        return False
    return 'BF16' in _core().get_property('CPU', 'OPTIMIZATION_CAPABILITIES')


class OpenVinoEngine:
    """Run a module that was converted for fixed shapes; outputs live in reused buffers.

    Making one sets the number of torch's threads to one, for the whole process. OpenVINO uses
    every core, and torch's threads, which spin while they wait, would take the cores from it: on
    two cores, two of them made a frame 5 % slower on an idle machine and several times slower on
    a busy one.

    :param patches: N×H×W×3, the shape of the patches
    :param precision: ``float32``, or ``bfloat16`` where ``computes_bfloat16``
    :param inputs: shapes of what else it will be called with
    """

    def __init__(
        self, network: nn.Module, patches: tuple[int, int, int, int], precision: str = 'float32',
        inputs: tuple[tuple[int, ...], ...] = (),
    ) -> None:
        self.device = torch.device('cpu')
        self.name = named('openvino', 'cpu', precision)
        self.capturable = False
        torch.set_num_threads(1)
        example = (torch.zeros(patches, dtype=torch.uint8), *map(torch.zeros, inputs))
        # Tracing keeps the shapes static, which torch.export's conversion does not.
        traced = torch.jit.trace(  # type: ignore[no-untyped-call]
            network.eval(), example, check_trace=False)
        model = openvino.convert_model(
            traced, example_input=example, input=[list(shape) for shape in (patches, *inputs)])
        compiled = _core().compile_model(model, 'CPU', {
            # One batch after another: what counts is the time until the answer, not patches per
            # second.
            'PERFORMANCE_HINT': 'LATENCY',
            'INFERENCE_PRECISION_HINT': _PRECISION_HINTS[precision]})
        self._request = compiled.create_infer_request()
        self._inputs = range(len(example))
        # The output buffers stay where they are, so one view serves every call.
        self._outputs = tuple(
            torch.from_numpy(self._request.get_output_tensor(index).data)
            for index in range(len(compiled.outputs)))

    def swap_if_ready(self) -> int:
        return 0

    def __call__(self, patches: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        # Shared: it reads what the tensors hold now, without a copy. What is not given would be
        # that of the call before.
        shared = {index: tensor.numpy()
                  for index, tensor in zip(self._inputs, (patches, *inputs), strict=True)}
        self._request.infer(shared, share_inputs=True, share_outputs=True)
        return self._outputs

"""PyTorch in eager mode, on any device that it supports."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.engine import named
from rat_tracker.engines.folding import folded
from rat_tracker.engines.mixed_precision import halve_weights
from rat_tracker.engines.mixed_precision import MixedPrecision


class EagerEngine:
    """Run a copy of a module; the module itself stays as it is.

    :param patches: N×H×W×3, the shape of what it will be called with
    :param device: ``cpu`` or ``cuda``
    :param precision: ``float32`` or ``float16``
    :param inputs: shapes of what else it will be called with
    """

    def __init__(
        self, network: nn.Module, patches: tuple[int, int, int, int], device: str,
        precision: str = 'float32', inputs: tuple[tuple[int, ...], ...] = (),
    ) -> None:
        self.capturable = device == 'cuda'
        self.device = (torch.device('cuda', torch.cuda.current_device()) if self.capturable
                       else torch.device(device))
        self.name = named('torch', device, precision)
        # On the CPU this is the engine that all others are compared with: the module as it is.
        fast = self.capturable or precision == 'float16'
        network = folded(network, patches, inputs) if fast else copy.deepcopy(network).eval()
        if precision == 'float16':
            halve_weights(network)
        self._network = MixedPrecision(network, precision, device).to(self.device)
        if fast:
            # Patches come in this order, and tensor cores want it.
            self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def swap_if_ready(self) -> int:
        return 0

    @torch.inference_mode()
    def __call__(self, patches: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        outputs: tuple[Tensor, ...] = self._network(patches, *inputs)
        return outputs

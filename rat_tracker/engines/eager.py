"""PyTorch in eager mode, on any device that it supports."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.folding import folded
from rat_tracker.engines.precision import named


class EagerEngine:
    """Run a copy of a module; the module itself stays as it is.

    :param patches: N×H×W×3, the shape of what it will be called with
    :param device: ``cpu`` or ``cuda``
    :param precision: ``float32``, or ``float16`` for convolutions and products of matrices
    """

    def __init__(
        self, network: nn.Module, patches: tuple[int, int, int, int], device: str,
        precision: str = 'float32',
    ) -> None:
        self.device = torch.device(device)
        self.name = named('torch', device, precision)
        self.capturable = self.device.type == 'cuda'
        self._halved = precision == 'float16'
        # On the CPU this is the engine that all others are compared with: the module as it is.
        fast = self.capturable or self._halved
        network = folded(network, patches) if fast else copy.deepcopy(network).eval()
        if self._halved:
            _halve(network)
        self._network = network.to(self.device)
        if fast:
            # Patches come in this order, and tensor cores want it.
            self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @torch.inference_mode()
    def __call__(self, patches: Tensor) -> tuple[Tensor, ...]:
        # Same patches, same answer, and float32 means float32: these are settings of the whole
        # process, and a GPU rounds what convolutions read to 11 bits otherwise.
        with (torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False),
              # Autocast knows what is safe in half precision.
              torch.autocast(self.device.type, torch.float16, enabled=self._halved)):
            outputs: tuple[Tensor, ...] = self._network(patches)
        return tuple(output.float() for output in outputs)


def _halve(network: nn.Module) -> None:
    """Convert what autocast would convert at every call."""
    for module in network.modules():
        if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)):
            module.half()

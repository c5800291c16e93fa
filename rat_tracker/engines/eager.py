"""PyTorch in eager mode, on any device that it supports."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor


class EagerEngine:
    """Run a module as it is."""

    def __init__(self, network: nn.Module, device: str) -> None:
        self.device = torch.device(device)
        self.name = f'torch on {device}'
        self.capturable = self.device.type == 'cuda'
        self._network = network.eval().to(self.device)

    @torch.inference_mode()
    def __call__(self, patches: Tensor) -> tuple[Tensor, ...]:
        outputs: tuple[Tensor, ...] = self._network(patches)
        return outputs

"""A network in the precision that is wanted."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor


class MixedPrecision(nn.Module):
    """Compute convolutions and products of matrices in some precision; outputs are float32.

    Inputs behind the patches are float32, too; the network converts what it mixes with others.

    :param precision: ``float32`` or ``float16``
    :param device: where it is to run, ``cpu`` or ``cuda``
    """

    def __init__(self, network: nn.Module, precision: str, device: str) -> None:
        super().__init__()
        self.network = network
        self._halved = precision == 'float16'
        self._device = device

    def forward(self, patches: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        # Autocast knows what is safe in half precision. Its cache would leave weights out of
        # graphs, both of those that are exported and of those that are captured.
        with torch.autocast(
                self._device, torch.float16, enabled=self._halved, cache_enabled=False):
            outputs = self.network(patches, *inputs)
        return tuple(output.float() for output in outputs)


def halve_weights(network: nn.Module) -> None:
    """Convert once what ``MixedPrecision`` would otherwise convert at every call."""
    for module in network.modules():
        if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)):
            module.half()

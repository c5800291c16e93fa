"""Features with mean 0 and deviation 1, by what was measured once."""

from __future__ import annotations

from torch import nn
from torch import ones
from torch import Tensor
from torch import zeros

_SMALLEST = 1e-6


class Standardisation(nn.Module):
    """Subtract a mean from each channel and divide it by a deviation; both are kept as weights."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer('mean', zeros(channels))
        self.register_buffer('deviation', ones(channels))

    def measure(self, features: Tensor) -> None:
        """Take mean and deviation of features, N×C×rows×columns."""
        self.mean.copy_(features.mean((0, 2, 3)))
        self.deviation.copy_(features.std((0, 2, 3)).clamp_min(_SMALLEST))

    def forward(self, features: Tensor) -> Tensor:
        """Return features, N×C×rows×columns, standardised."""
        return (features - self.mean[:, None, None]) / self.deviation[:, None, None]

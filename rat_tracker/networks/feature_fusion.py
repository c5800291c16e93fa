"""Two maps of one size become one: by their sum, or by how much of each a gate lets through.

AFF and iAFF are those of Dai et al., "Attentional Feature Fusion", WACV 2021, sections 3 and 4;
the paper of ``atom_iaff`` gives the first as equation 3 and takes the second. Both are multiplied
by 2 here, so that they begin as the sum: the gates are half open then.
"""

from __future__ import annotations

from torch import nn
from torch import Tensor

from rat_tracker.networks.ms_cam import MsCam


class SumFusion(nn.Module):
    """``Z = X + Y``.

    :param channels: of X, of Y, and of Z
    """

    def __init__(self, channels: int) -> None:
        super().__init__()

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Return Z of X and Y, N×C×rows×columns each."""
        return first + second


class AttentionalFusion(nn.Module):
    """AFF: ``Z = 2 (M(X + Y) ⊙ X + (1 − M(X + Y)) ⊙ Y)``; see ``SumFusion``."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gate = MsCam(channels)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Return Z of X and Y, N×C×rows×columns each."""
        return _select(self.gate(first + second), first, second)


class IterativeFusion(nn.Module):
    """iAFF: the gate is asked of what AFF makes of X and Y, and has weights of its own."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.integration = AttentionalFusion(channels)
        self.gate = MsCam(channels)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Return Z of X and Y, N×C×rows×columns each."""
        return _select(self.gate(self.integration(first, second)), first, second)


FUSIONS = {'sum': SumFusion, 'aff': AttentionalFusion, 'iaff': IterativeFusion}


def _select(gate: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """Return 2 (G X + (1 − G) Y)."""
    return 2 * (second + gate * (first - second))

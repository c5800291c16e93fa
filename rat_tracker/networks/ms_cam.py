"""MS-CAM: how much each channel counts at each place, by its surroundings and by the whole map.

Dai et al., "Attentional Feature Fusion", WACV 2021, section 3; it is what the paper of
``atom_iaff`` takes (equations 1 and 2 there).
"""

from __future__ import annotations

from torch import nn
from torch import Tensor

_REDUCTION = 4


class MsCam(nn.Module):
    """The gate ``M(X) = σ(L(X) ⊕ g(X))``; half open everywhere before it is trained.

    L and g are two point-wise convolutions each, the first of which reduces the channels: of the
    map, and of its mean over all places.

    :param channels: of X
    :param reduction: r, by which the channels are divided in between
    """

    def __init__(self, channels: int, reduction: int = _REDUCTION) -> None:
        super().__init__()
        self.local_context = _context(channels, channels // reduction)
        self.global_context = _context(channels, channels // reduction)

    def forward(self, features: Tensor) -> Tensor:
        """Return the gate of each value, in [0, 1].

        :param features: N×C×rows×columns; N is more than 1 in training, where the means of one
            map alone have no deviation
        :return: the same shape
        """
        mean = features.mean((2, 3), keepdim=True)
        return (self.local_context(features) + self.global_context(mean)).sigmoid()


def _context(channels: int, reduced: int) -> nn.Sequential:
    last = nn.BatchNorm2d(channels)
    nn.init.zeros_(last.weight)
    return nn.Sequential(
        nn.Conv2d(channels, reduced, 1, bias=False), nn.BatchNorm2d(reduced), nn.ReLU(),
        nn.Conv2d(reduced, channels, 1, bias=False), last)

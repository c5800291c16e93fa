"""The levels of the frozen backbone, fused in pairs: stride 8 with stride 16, early with late.

In the paper of ``atom_iaff`` the fusion stands in the place of the residual additions of a
ResNet-18 that is trained with it on ImageNet. Here the backbone stays as it is and its levels are
fused, each after a point-wise convolution of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.networks.feature_fusion import FUSIONS
from rat_tracker.networks.standardisation import Standardisation

LAYERS = 'stride8', 'stride16_early', 'stride16'
CHANNELS = 64


class Levels(NamedTuple):
    """What a patch shows at two levels: N×64×2R×2C of stride 8 and N×64×R×C of stride 16."""

    fine: Tensor
    coarse: Tensor


class FusedLevels(nn.Module):
    """From the layers of the backbone to two fused levels.

    :param fusion: one of ``FUSIONS``
    """

    def __init__(self, fusion: str = 'iaff') -> None:
        super().__init__()
        self.fine, self.early, self.late, self.late_for_fine = (
            _Reduction(FEATURE_LAYERS[name].channels) for name in (*LAYERS, LAYERS[-1]))
        self.fine_fusion = FUSIONS[fusion](CHANNELS)
        self.coarse_fusion = FUSIONS[fusion](CHANNELS)

    def standardise(self, fine: Tensor, early: Tensor, late: Tensor) -> None:
        """Take mean and deviation of the layers; begin with their principal directions."""
        for reduction, layer in zip(
                (self.fine, self.early, self.late, self.late_for_fine), (fine, early, late, late),
                strict=True):
            reduction.measure(layer)

    def forward(self, fine: Tensor, early: Tensor, late: Tensor) -> Levels:
        """Return the fused levels of N patches.

        :param fine: N×40×2R×2C, stride 8
        :param early: N×80×R×C, stride 16
        :param late: N×112×R×C, stride 16
        """
        enlarged = F.interpolate(
            self.late_for_fine(late), fine.shape[-2:], mode='bilinear', align_corners=False)
        return Levels(self.fine_fusion(self.fine(fine), enlarged),
                      self.coarse_fusion(self.early(early), self.late(late)))


class _Reduction(nn.Module):
    """A point-wise convolution of standardised features to 64 channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.standardisation = Standardisation(channels)
        self.convolution = nn.Conv2d(channels, CHANNELS, 1)
        nn.init.orthogonal_(self.convolution.weight)
        nn.init.zeros_(self.convolution.bias)  # type: ignore[arg-type]

    def measure(self, features: Tensor) -> None:
        self.standardisation.measure(features)
        directions = self.convolution.weight.shape[0]
        if directions < features.shape[1]:
            seen = self.standardisation(features).transpose(0, 1).flatten(1)
            _, axes = torch.linalg.eigh(torch.cov(seen))
            with torch.no_grad():
                self.convolution.weight.copy_(axes[:, -directions:].T[..., None, None])

    def forward(self, features: Tensor) -> Tensor:
        reduced: Tensor = self.convolution(self.standardisation(features))
        return reduced

"""What ``atom_iaff`` has to be trained: the fusion of levels, and IoU-Net that reads them."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor

from rat_tracker.networks.fused_levels import FusedLevels
from rat_tracker.networks.iou_net import IouNet


class FusedIouNet(nn.Module):
    """Fused levels and IoU-Net.

    :param fusion: one of ``FUSIONS``
    :param attention: whether features pass MS-CAM before IoU-Net
    """

    def __init__(self, fusion: str = 'iaff', *, attention: bool = True) -> None:
        super().__init__()
        self.levels = FusedLevels(fusion)
        self.iou_net = IouNet(attention=attention)


class BackboneWithLevels(nn.Module):
    """A backbone, and what of ``FusedIouNet`` does not know the target, as one network.

    :param backbone: from N×H×W×3 uint8 patches to the layers ``LAYERS``
    """

    def __init__(self, backbone: nn.Module, network: FusedIouNet) -> None:
        super().__init__()
        self.backbone = backbone
        self.network = network

    def forward(self, patches: Tensor) -> tuple[Tensor, ...]:
        """Return what N patches show.

        :param patches: N×H×W×3 uint8 BGR
        :return: ``Levels``, ``CandidateFeatures``, and how far MS-CAM's gates of stride 8 are
            open on average, N×2R×2C in [0, 1]; without MS-CAM, 1 everywhere
        """
        levels = self.network.levels(*self.backbone(patches))
        gates = self.network.iou_net.gate(levels)
        mean = torch.ones_like(levels.fine[:, 0]) if gates is None else gates[0].mean(1)
        return (*levels, *self.network.iou_net.candidate_features(levels, gates), mean)

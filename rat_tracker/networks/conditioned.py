"""Networks that take a template besides the patches."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch import Tensor

from rat_tracker.networks.box_head import BoxHead
from rat_tracker.networks.box_head import Template
from rat_tracker.networks.box_head import TEMPLATE_CELLS


class BackboneWithBoxHead(nn.Module):
    """A backbone and the box head behind it, as one network that an engine runs in one call.

    The head is copied, without what encodes templates. Its standardisation, and how it joins the
    two strides, are part of its first convolutions here: four cells of stride 8 to one are a
    convolution of 2×2. So what comes out differs from what the head predicts by rounding only.

    :param backbone: from N×H×W×3 uint8 patches to features of stride 8 and of stride 16
    :param head: trained on these features
    """

    def __init__(self, backbone: nn.Module, head: BoxHead) -> None:
        super().__init__()
        self.backbone = backbone
        self.fine, self.coarse = _first_convolutions(head)
        self._widths = head.modulated.out_channels, head.correlated.out_channels
        self.head = copy.deepcopy(head)
        for name in ('modulated', 'correlated', 'modulation', 'mean', 'deviation'):
            delattr(self.head, name)

    def input_shapes(self, count: int = 1) -> tuple[tuple[int, ...], ...]:
        """Return the shapes of N templates' kernels, gain and bias, as ``create_engine`` wants."""
        modulated, correlated = self._widths
        return (count, TEMPLATE_CELLS ** 2, correlated), (count, modulated), (count, modulated)

    def forward(
        self, patches: Tensor, kernels: Tensor, gain: Tensor, bias: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the backbone's features and what the head says of them.

        :param patches: N×H×W×3 uint8 BGR search patches
        :param kernels: with ``gain`` and ``bias``, what ``BoxHead.encode`` returned
        :return: the features of stride 8 and of stride 16; quality, N×rows×columns, as a
            probability: the sigmoid of ``BoxPrediction.quality``; ``BoxPrediction.distances``
        """
        fine, coarse = self.backbone(patches)
        first = self.fine(fine) + self.coarse(coarse)
        modulated = self._widths[0]
        prediction = self.head.predict(
            first[:, :modulated], first[:, modulated:], Template(kernels, gain, bias))
        return fine, coarse, prediction.quality.sigmoid(), prediction.distances


def _first_convolutions(head: BoxHead) -> tuple[nn.Conv2d, nn.Conv2d]:
    """Return convolutions of the two strides; their sum is what the head's first two give."""
    with torch.no_grad():
        weight = torch.cat((head.modulated.weight, head.correlated.weight))
        weight = weight[:, :, 0, 0] / head.deviation
        biases = [layer.bias for layer in (head.modulated, head.correlated)
                  if layer.bias is not None]
        bias = torch.cat(biases) - weight @ head.mean
        split = head.fine_channels * 4
        fine = nn.Conv2d(head.fine_channels, len(weight), 2, stride=2, bias=False)
        coarse = nn.Conv2d(weight.shape[1] - split, len(weight), 1)
        # Pixels were unshuffled in this order: of each channel all rows and columns.
        fine.weight.copy_(weight[:, :split].view_as(fine.weight))
        coarse.weight.copy_(weight[:, split:, None, None])
        assert coarse.bias is not None
        coarse.bias.copy_(bias)
    return fine, coarse

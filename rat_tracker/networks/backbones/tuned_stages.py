"""The stages of stride 16, tuned for telling one target from another.

The backbone learnt to tell kinds of objects apart, and what tells two of a kind from each other is
what it learnt to overlook. Up to stride 8 it stays as it is; the stages behind begin with the
published weights and are trained on, with what reads them.

Normalisation is part of the convolutions here, with the statistics that were published, and the
depth-wise kernels stay: they are a twentieth of the weights and would be two fifths of the time.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.networks.backbones.efficientnet_lite import SameConvolution

_FIRST = FEATURE_LAYERS['stride8'].stage + 1


class TunedStages(nn.Sequential):
    """From features of stride 8 to those of stride 16, N×40×2R×2C → N×112×R×C.

    :param backbone: up to ``stride16``, for patches of the side that these are for; its weights
        are copied
    """

    def __init__(self, backbone: EfficientNetLite0) -> None:
        super().__init__(*copy.deepcopy(backbone.stages[_FIRST:]))
        for block in self.modules():
            for name, layer in list(block.named_children()):
                if isinstance(layer, SameConvolution):
                    setattr(block, name, _folded(layer))

    def forward(self, features: Tensor) -> Tensor:
        # Channels last, the point-wise convolutions are products of matrices.
        features = features.to(memory_format=torch.channels_last)
        for stage in self:
            features = stage(features)
        return features


def _folded(layer: SameConvolution) -> nn.Module:
    return _Pointwise(layer) if layer.convolution.groups == 1 else _Depthwise(layer)


class _Pointwise(nn.Module):
    """A convolution of 1×1, which is trained."""

    def __init__(self, layer: SameConvolution) -> None:
        super().__init__()
        weight, bias = layer.folded()
        self.weight = nn.Parameter(weight.detach())
        self.bias = nn.Parameter(bias.detach())

    def forward(self, features: Tensor) -> Tensor:
        if not self.training:
            return F.conv2d(features, self.weight, self.bias)
        # Twice as fast as float32 on processors that know the type.
        rows = features.permute(0, 2, 3, 1).to(torch.bfloat16)
        product = F.linear(rows, self.weight[:, :, 0, 0].to(torch.bfloat16),
                           self.bias.to(torch.bfloat16))
        return product.float().permute(0, 3, 1, 2)


class _Depthwise(nn.Module):
    """A convolution of each channel, which stays as it is."""

    weight: Tensor
    bias: Tensor

    def __init__(self, layer: SameConvolution) -> None:
        super().__init__()
        weight, bias = layer.folded()
        self.register_buffer('weight', weight.detach())
        self.register_buffer('bias', bias.detach())
        self._padding, self._stride = layer.padding, layer.convolution.stride[0]

    def forward(self, features: Tensor) -> Tensor:
        left, right = self._padding[:2]
        if self.training and self._stride == 1 and left == right:
            filtered: Tensor = _FrozenDepthwise.apply(  # type: ignore[no-untyped-call]
                features, self.weight, self.bias, left)
            return filtered
        if any(self._padding):
            features = F.pad(features, self._padding)
        return F.conv2d(
            features, self.weight, self.bias, self._stride, groups=len(self.weight))


class _FrozenDepthwise(torch.autograd.Function):
    """A depth-wise convolution whose gradient is one, too; torch's own is four times as slow."""

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weight: Tensor, bias: Tensor, padding: int,
    ) -> Tensor:
        ctx.save_for_backward(weight)
        ctx.padding = padding
        return F.conv2d(features, weight, bias, padding=padding, groups=len(weight))

    @staticmethod
    def backward(
        ctx: Any, gradient: Tensor,
    ) -> tuple[Tensor, None, None, None]:
        weight, = ctx.saved_tensors
        turned = weight.flip(2, 3)
        return (F.conv2d(gradient, turned, padding=ctx.padding, groups=len(weight)),
                None, None, None)

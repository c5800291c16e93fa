"""EfficientNet-Lite0 up to stride 16, as a feature extractor.

The architecture is that of EfficientNet-B0 (Tan and Le, 2019, table 1) without
squeeze-and-excitation and with ReLU6 instead of swish, which is what makes it "Lite". Parameter
names are our own; the names of the published weights are mapped in ``load_weights``.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn
from torch import Tensor
import torch.nn.functional as F

# (kernel size, stride, expansion, output channels, repeats), Tan and Le, table 1, stages 2 to 6.
_STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
)
_STEM_CHANNELS = 32
_BATCH_NORM_EPSILON = 1e-3
# Lite models take pixels scaled as (value − 127) / 128, RGB.
_PIXEL_MEAN = 127.0
_PIXEL_SCALE = 128.0


@dataclass(frozen=True)
class FeatureLayer:
    """One of the layers whose features can be taken."""

    stage: int
    stride: int
    channels: int


# The last stage of each stride, by name.
FEATURE_LAYERS: Mapping[str, FeatureLayer] = {
    'stride4': FeatureLayer(stage=1, stride=4, channels=24),
    'stride8': FeatureLayer(stage=2, stride=8, channels=40),
    'stride16_early': FeatureLayer(stage=3, stride=16, channels=80),
    'stride16': FeatureLayer(stage=4, stride=16, channels=112),
}


class SameConvolution(nn.Module):
    """Convolution and batch normalisation of maps ``size`` high and wide.

    The padding is TensorFlow's "same", with which the weights were trained: it depends on the
    size, and the odd pixel goes to the right and the bottom.
    """

    def __init__(
        self, size: int, inputs: int, outputs: int, kernel_size: int, *,
        stride: int = 1, groups: int = 1,
    ) -> None:
        super().__init__()
        self.output_size = -(-size // stride)
        total = max((self.output_size - 1) * stride + kernel_size - size, 0)
        self.padding = (total // 2, total - total // 2) * 2
        self.convolution = nn.Conv2d(
            inputs, outputs, kernel_size, stride=stride, groups=groups, bias=False)
        self.normalisation = nn.BatchNorm2d(outputs, eps=_BATCH_NORM_EPSILON)

    def forward(self, features: Tensor) -> Tensor:
        if any(self.padding):
            features = F.pad(features, self.padding)
        normalised: Tensor = self.normalisation(self.convolution(features))
        return normalised

    def folded(self) -> tuple[Tensor, Tensor]:
        """Return weight and bias of the convolution that gives the same at once."""
        normalisation = self.normalisation
        assert normalisation.running_mean is not None
        assert normalisation.running_var is not None
        gain = normalisation.weight / (normalisation.running_var + normalisation.eps).sqrt()
        weight = self.convolution.weight * gain[:, None, None, None]
        return weight, normalisation.bias - normalisation.running_mean * gain


class _InvertedBottleneck(nn.Module):
    """Expand, filter each channel, project; with a shortcut where the shapes allow it."""

    def __init__(
        self, size: int, inputs: int, outputs: int, kernel_size: int, stride: int, expansion: int,
    ) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = SameConvolution(size, inputs, wide, 1) if expansion > 1 else None
        self.depthwise = SameConvolution(
            size, wide, wide, kernel_size, stride=stride, groups=wide)
        self.output_size = self.depthwise.output_size
        self.project = SameConvolution(self.output_size, wide, outputs, 1)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, features: Tensor) -> Tensor:
        inner = features if self.expand is None else F.relu6(self.expand(features))
        inner = self.project(F.relu6(self.depthwise(inner)))
        return features + inner if self.shortcut else inner


class EfficientNetLite0(nn.Module):
    """From a patch to features: N×H×W×3 uint8 BGR → one N×C×(H/s)×(W/s) float32 map a layer.

    Pixels come in as they are cropped; normalisation is part of the network, so an engine can do
    it on its own device.

    :param layers: names from ``FEATURE_LAYERS``; nothing behind the deepest of them is built
    :param side: height and width of the patches, in pixels
    :raises ValueError: a layer that is unknown, or none
    """

    def __init__(self, layers: Sequence[str], side: int) -> None:
        super().__init__()
        unknown = [name for name in layers if name not in FEATURE_LAYERS]
        if unknown or not layers:
            raise ValueError(f'layers are {", ".join(layers) or "missing"}; '
                             f'choose from: {", ".join(FEATURE_LAYERS)}')
        self.layers = tuple(FEATURE_LAYERS[name] for name in layers)
        self.stem = SameConvolution(side, 3, _STEM_CHANNELS, 3, stride=2)
        self.stages = nn.ModuleList()
        channels, size = _STEM_CHANNELS, self.stem.output_size
        deepest = max(layer.stage for layer in self.layers)
        for kernel_size, stride, expansion, outputs, repeats in _STAGES[:deepest + 1]:
            blocks = nn.Sequential()
            for index in range(repeats):
                block = _InvertedBottleneck(
                    size, channels, outputs, kernel_size, stride if index == 0 else 1, expansion)
                blocks.append(block)
                channels, size = outputs, block.output_size
            self.stages.append(blocks)

    def forward(self, patches: Tensor) -> tuple[Tensor, ...]:
        pixels = patches.flip(-1).permute(0, 3, 1, 2).float()
        features = F.relu6(self.stem((pixels - _PIXEL_MEAN) / _PIXEL_SCALE))
        outputs = []
        for stage in self.stages:
            features = stage(features)
            outputs.append(features)
        return tuple(outputs[layer.stage] for layer in self.layers)

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take the published weights (names of ``efficientnet-lite-pytorch``).

        :raises KeyError: a weight is missing
        :raises RuntimeError: a weight has another shape
        """
        # Only training needs the one value that is not published.
        self.load_state_dict(
            {ours: weights[theirs] for ours, theirs in _published_names(self)}
            | {name: value for name, value in self.state_dict().items()
               if name.endswith('num_batches_tracked')})


def _published_names(network: EfficientNetLite0) -> list[tuple[str, str]]:
    """Pair the name of each of our parameters with its published name."""
    modules = [('stem', '_conv_stem', '_bn0')]
    block_number = 0
    for stage_index, stage in enumerate(network.stages):
        assert isinstance(stage, nn.Sequential)
        for block_index, block in enumerate(stage):
            ours = f'stages.{stage_index}.{block_index}'
            theirs = f'_blocks.{block_number}'
            if block.expand is not None:
                modules.append((f'{ours}.expand', f'{theirs}._expand_conv', f'{theirs}._bn0'))
            modules.append((f'{ours}.depthwise', f'{theirs}._depthwise_conv', f'{theirs}._bn1'))
            modules.append((f'{ours}.project', f'{theirs}._project_conv', f'{theirs}._bn2'))
            block_number += 1
    pairs = []
    for ours, convolution, normalisation in modules:
        pairs.append((f'{ours}.convolution.weight', f'{convolution}.weight'))
        pairs += [(f'{ours}.normalisation.{name}', f'{normalisation}.{name}')
                  for name in ('weight', 'bias', 'running_mean', 'running_var')]
    return pairs

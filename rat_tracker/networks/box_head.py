"""The box head: where in a search patch the target is, how large, and how sure that is.

It is conditioned on a template, the target's features in the first frame, which is encoded once.
Two things of the template meet the features of the search patch: its cells, one by one, as the
kernels of a correlation (pixel-wise correlation, as in Alpha-Refine, Yan et al., CVPR 2021), and
its mean, as a gain and a bias of the channels. Distances to the four sides at each cell follow
FCOS (Tian et al., ICCV 2019).

The backbone is frozen; features of stride 8 join those of stride 16 on the coarser grid, four
cells to one, so that nothing of them is lost.

Coordinates are patch pixels. A cell (row, column) of stride 16 stands for the point
``16 · (column + ½), 16 · (row + ½)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.box_features import sample_boxes

STRIDE = 16
# What the logarithms of the distances are relative to, in patch pixels: half the side of a usual
# target. A constant: if it depended on how large the region is, which the network cannot know,
# the head would not see by how much a target grew.
UNIT = 40.0
# The template covers so many times the target's box, on so many cells each way; those further in
# than the outermost are the target, those are its surroundings.
TEMPLATE_EXTENT = 1.4
TEMPLATE_CELLS = 7
_SMALLEST = 1e-6
_SHORTEST = 1e-12  # vector that gets unit length


class Template(NamedTuple):
    """What the head keeps of a target.

    ``kernels`` are N×T×E, unit length, T the template's cells; ``gain`` and ``bias`` N×C.
    """

    kernels: Tensor
    gain: Tensor
    bias: Tensor


class BoxPrediction(NamedTuple):
    """What the head says at each cell.

    ``quality`` is N×rows×columns, a logit: how well the box predicted there overlaps the target.
    ``distances`` is N×4×rows×columns, from the cell's point to the box's left, top, right and
    bottom, patch pixels.
    """

    quality: Tensor
    distances: Tensor


@dataclass(frozen=True)
class BoxHeadParameters:
    """The head's sizes; weights fit one set of them only."""

    fine_channels: int = 40  # of the backbone's stride 8
    coarse_channels: int = 112  # of its stride 16
    modulated_channels: int = 64
    correlated_channels: int = 48
    width: int = 64
    blocks: int = 3


class BoxHead(nn.Module):
    """Predict quality and box at each cell of a search patch; see the module's description."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, parameters: BoxHeadParameters = BoxHeadParameters()) -> None:
        super().__init__()
        self.fine_channels = parameters.fine_channels
        joined = 4 * parameters.fine_channels + parameters.coarse_channels
        modulated, correlated = parameters.modulated_channels, parameters.correlated_channels
        width = parameters.width
        # Mean and deviation of the joined features over training patches; see ``standardise``.
        self.register_buffer('mean', torch.zeros(joined))
        self.register_buffer('deviation', torch.ones(joined))
        self.modulated = nn.Conv2d(joined, modulated, 1)
        self.correlated = nn.Conv2d(joined, correlated, 1)
        self.modulation = nn.Sequential(
            nn.Linear(2 * modulated, modulated), nn.ReLU(), nn.Linear(modulated, 2 * modulated))
        self.similarity = nn.Conv2d(TEMPLATE_CELLS ** 2, width // 2, 1)
        self.join = nn.Conv2d(modulated + width // 2, width, 1)
        self.blocks = nn.ModuleList(
            nn.Conv2d(width, width, 3, padding=1) for _ in range(parameters.blocks))
        self.quality = nn.Conv2d(width, 1, 1)
        self.distances = nn.Conv2d(width, 4, 1)
        self._initialise()

    def encode(self, fine: Tensor, coarse: Tensor, boxes: Tensor) -> Template:
        """Return the templates of N targets.

        :param fine: N×40×2R×2C, stride 8 of patches that show the targets
        :param coarse: N×112×R×C, stride 16 of the same patches
        :param boxes: N×4, left, top, width, height of the targets in patch pixels
        """
        features = self._join(fine, coarse)
        cells = self._sample(features, boxes)
        kernels = _unit(self.correlated(cells).flatten(2)).transpose(1, 2)
        modulated = self.modulated(cells)
        inner = modulated[:, :, 1:-1, 1:-1]
        target = inner.mean((2, 3))
        ring = modulated.sum((2, 3)) - inner.sum((2, 3))
        surroundings = ring / (TEMPLATE_CELLS ** 2 - (TEMPLATE_CELLS - 2) ** 2)
        gain, bias = self.modulation(torch.cat((target, surroundings), 1)).chunk(2, 1)
        return Template(kernels, gain, bias)

    def forward(self, fine: Tensor, coarse: Tensor, template: Template) -> BoxPrediction:
        """Return what the head says of N search patches; see ``encode`` for the features."""
        features = self._join(fine, coarse)
        return self.predict(self.modulated(features), self.correlated(features), template)

    def predict(self, modulated: Tensor, correlated: Tensor, template: Template) -> BoxPrediction:
        """Return what ``forward`` returns, from what the first two convolutions gave."""
        kernels, gain, bias = template
        # Templates are float32 where the features may be in half precision.
        gain, bias = (value[..., None, None].to(modulated.dtype) for value in (gain, bias))
        modulated = F.relu(modulated * (1 + gain) + bias)
        cells = _unit(correlated.float().flatten(2))
        correlation = (kernels @ cells).view(-1, TEMPLATE_CELLS ** 2, *correlated.shape[2:])
        similarity = F.relu(self.similarity(correlation))
        joined = F.relu(self.join(torch.cat((modulated, similarity), 1)))
        for block in self.blocks:
            joined = joined + F.relu(block(joined))
        # The clamp keeps what is exponentiated finite, whatever the features.
        distances = UNIT * self.distances(joined).float().clamp(-6, 3).exp()
        return BoxPrediction(self.quality(joined).float()[:, 0], distances)

    def standardise(self, mean: Tensor, deviation: Tensor) -> None:
        """Take mean and deviation, 272 values each, of what ``join_layers`` returns."""
        self.mean.copy_(mean)
        self.deviation.copy_(deviation.clamp_min(_SMALLEST))

    @staticmethod
    def join_layers(fine: Tensor, coarse: Tensor) -> Tensor:
        """Return the features that ``standardise`` wants mean and deviation of."""
        return torch.cat((F.pixel_unshuffle(fine, 2), coarse), 1)

    def _join(self, fine: Tensor, coarse: Tensor) -> Tensor:
        joined = self.join_layers(fine, coarse)
        return (joined - self.mean[:, None, None]) / self.deviation[:, None, None]

    def _sample(self, features: Tensor, boxes: Tensor) -> Tensor:
        """Return N×C×7×7 features around boxes; what lies outside the patch is zero."""
        centers = boxes[:, :2] + boxes[:, 2:] / 2
        extents = boxes[:, 2:] * TEMPLATE_EXTENT
        around = torch.cat((centers - extents / 2, extents), 1)
        return sample_boxes(features, around, TEMPLATE_CELLS, STRIDE)

    def _initialise(self) -> None:
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        # No modulation, no quality and boxes of the usual size at first.
        last = self.modulation[-1]
        assert isinstance(last, nn.Linear)
        for weight in (last.weight, last.bias, self.quality.weight, self.distances.weight):
            nn.init.zeros_(weight)
        nn.init.constant_(self.quality.bias, -3.0)  # type: ignore[arg-type]


def _unit(cells: Tensor) -> Tensor:
    """Return N×C×T vectors with unit length: ``F.normalize``, in terms that TensorRT knows."""
    squares = cells.square().sum(1, keepdim=True)
    return cells / squares.clamp_min(_SHORTEST ** 2).sqrt()


def cell_points(rows: int, columns: int, device: torch.device | None = None) -> Tensor:
    """Return the points of cells, rows×columns×2: x and y in patch pixels."""
    y = (torch.arange(rows, device=device) + 0.5) * STRIDE
    x = (torch.arange(columns, device=device) + 0.5) * STRIDE
    return torch.stack((x[None, :].expand(rows, -1), y[:, None].expand(-1, columns)), 2)


def boxes_of(distances: Tensor) -> Tensor:
    """Return the boxes of distances to their sides.

    :param distances: N×4×rows×columns, see ``BoxPrediction``
    :return: N×rows×columns×4, left, top, right, bottom in patch pixels
    """
    points = cell_points(distances.shape[2], distances.shape[3], distances.device)
    left, top, right, bottom = distances.unbind(1)
    return torch.stack((points[..., 0] - left, points[..., 1] - top,
                        points[..., 0] + right, points[..., 1] + bottom), 3)

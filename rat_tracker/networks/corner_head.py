"""The corner head: the box of a target whose place is known coarsely, from maps of its corners.

As in Alpha-Refine (Yan et al., CVPR 2021), in small: features around the coarse place are compared
with each cell of a template (pixel-wise correlation), two maps say where the box's first and last
corner are, whose means are its corners (soft-argmax), and a third, learnt from masks, what is
target. It says a quality, too: how well the box overlaps the target.

It looks at the same frozen features as ``BoxHead``, but on a grid of its own around the place.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.box_features import sample_boxes
from rat_tracker.networks.standardisation import Standardisation

FINE_STRIDE, COARSE_STRIDE = 8, 16
# What is looked at, in sides of what the target is taken to be; cells each way.
EXTENT = 2.5
CELLS = 16
_TEMPLATE_CELLS = 8  # over the target's box
_CHANNELS = 64
_BLOCKS = 3
_PRIOR_DEVIATION = 0.1  # of a corner, in sides of what is looked at


class CornerPrediction(NamedTuple):
    """What the corner head says.

    ``boxes`` is N×4, left, top, right, bottom in patch pixels; ``quality`` N logits;
    ``mask`` N×16×16 logits on the grid that was looked at, see ``looked_at``; None if no masks are
    learnt.
    """

    boxes: Tensor
    quality: Tensor
    mask: Tensor | None


class CornerHead(nn.Module):
    """Predict a box from a coarse one; see the module's description.

    :param masks: whether masks are learnt, too
    """

    def __init__(
        self, fine_channels: int = 40, coarse_channels: int = 112, *, masks: bool = True,
    ) -> None:
        super().__init__()
        self.fine_standardisation = Standardisation(fine_channels)
        self.coarse_standardisation = Standardisation(coarse_channels)
        self.fine = nn.Conv2d(fine_channels, _CHANNELS, 1)
        self.coarse = nn.Conv2d(coarse_channels, _CHANNELS, 1, bias=False)
        self.similarity = nn.Conv2d(_TEMPLATE_CELLS ** 2, _CHANNELS // 2, 1)
        self.join = nn.Conv2d(_CHANNELS + _CHANNELS // 2, _CHANNELS, 1)
        self.blocks = nn.ModuleList(
            nn.Conv2d(_CHANNELS, _CHANNELS, 3, padding=1) for _ in range(_BLOCKS))
        self.corners = nn.Conv2d(_CHANNELS, 2, 3, padding=1)
        self.prior = nn.Parameter(_prior())
        self.mask = nn.Conv2d(_CHANNELS, 1, 3, padding=1) if masks else None
        self.quality = nn.Sequential(
            nn.Linear(2 * _CHANNELS, _CHANNELS), nn.ReLU(), nn.Linear(_CHANNELS, 1))
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')
        nn.init.zeros_(self.corners.weight)  # so that boxes are of the expected size at first

    def standardise(self, fine: Tensor, coarse: Tensor) -> None:
        """Take mean and deviation of features, N×C×rows×columns each."""
        self.fine_standardisation.measure(fine)
        self.coarse_standardisation.measure(coarse)

    def encode(self, fine: Tensor, coarse: Tensor, boxes: Tensor) -> Tensor:
        """Return the templates of N targets, N×64×C: the cells of each, with unit length.

        :param fine: N×40×2R×2C, stride 8 of patches that show the targets
        :param coarse: N×112×R×C, stride 16 of the same patches
        :param boxes: N×4, left, top, width, height of the targets in patch pixels
        """
        cells = self._look(fine, coarse, boxes, _TEMPLATE_CELLS)
        return F.normalize(cells.flatten(2), dim=1).mT

    def forward(
        self, fine: Tensor, coarse: Tensor, template: Tensor, coarse_boxes: Tensor,
    ) -> CornerPrediction:
        """Return what the head says of N search patches.

        :param coarse_boxes: N×4, left, top, width, height: where the target is taken to be
        """
        looked = looked_at(coarse_boxes)
        features = self._look(fine, coarse, looked, CELLS)
        correlation = (template @ F.normalize(features.flatten(2), dim=1)).view(
            -1, _TEMPLATE_CELLS ** 2, CELLS, CELLS)
        similarity = F.relu(self.similarity(correlation))
        joined = F.relu(self.join(torch.cat((F.relu(features), similarity), 1)))
        for block in self.blocks:
            joined = joined + F.relu(block(joined))
        seen = torch.cat((joined.mean((2, 3)), joined.amax((2, 3))), 1)
        return CornerPrediction(
            self._boxes(self.corners(joined), looked), self.quality(seen)[:, 0],
            None if self.mask is None else self.mask(joined)[:, 0])

    def _boxes(self, maps: Tensor, looked: Tensor) -> Tensor:
        steps = (torch.arange(CELLS, device=maps.device) + 0.5) / CELLS
        weights = (maps + self.prior).flatten(2).softmax(2).view_as(maps)
        x = (weights.sum(2) * steps).sum(2)
        y = (weights.sum(3) * steps).sum(2)
        corners = torch.stack((x, y), 2) * looked[:, None, 2:] + looked[:, None, :2]
        # Corners may come out crossed as long as little is learnt.
        return torch.cat((corners.amin(1), corners.amax(1)), 1)

    def _look(self, fine: Tensor, coarse: Tensor, boxes: Tensor, cells: int) -> Tensor:
        fine = self.fine(self.fine_standardisation(fine))
        coarse = self.coarse(self.coarse_standardisation(coarse))
        return (sample_boxes(fine, boxes, cells, FINE_STRIDE)
                + sample_boxes(coarse, boxes, cells, COARSE_STRIDE))


def looked_at(boxes: Tensor) -> Tensor:
    """Return what the head looks at for N×4 boxes: left, top, width, height in patch pixels."""
    centers = boxes[:, :2] + boxes[:, 2:] / 2
    extents = boxes[:, 2:] * EXTENT
    return torch.cat((centers - extents / 2, extents), 1)


def _prior() -> Tensor:
    """Return 2×16×16: around each corner of a box of the expected size the logarithm of a bell."""
    steps = (torch.arange(CELLS) + 0.5) / CELLS - 0.5
    corners = torch.tensor([-0.5, 0.5]) / EXTENT
    squares = (steps - corners[:, None]).square() / (2 * _PRIOR_DEVIATION ** 2)
    return -(squares[:, None, :] + squares[:, :, None])

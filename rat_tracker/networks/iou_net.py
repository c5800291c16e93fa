"""IoU-Net: how much a box overlaps the target, and so which box overlaps it most.

As in ATOM (Danelljan et al., CVPR 2019, section 3.1): features of the target in the first frame,
pooled over its box, become a gain for each channel; features of a later frame are pooled over a
candidate box, multiplied by it, and from that the overlap is predicted. Pooling is exact and so
differentiable in the box, which is moved along the gradient of the predicted overlap.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.box_features import pool_boxes
from rat_tracker.networks.standardisation import Standardisation

FINE_STRIDE, COARSE_STRIDE = 8, 16
_CHANNELS = 64
_HIDDEN = 128
# Parts of a box each way that are pooled, of strides 8 and 16: of templates, of candidates.
_TEMPLATE_CELLS = 3, 1
_CELLS = 5, 3
# Candidates to begin with, as factors of width and height; how many of the best make the box.
_STARTS = (1.0, 1.0), (1.25, 1.25), (0.8, 0.8), (1.25, 0.8), (0.8, 1.25)
_BEST = 3
_STEPS = 5
_STEP = 0.05  # of the gradient, in squares of the box's sides


class Modulation(NamedTuple):
    """Gains of N targets for the features of both strides, N×C each."""

    fine: Tensor
    coarse: Tensor


class IouNet(nn.Module):
    """Predict overlaps of boxes, and refine boxes by them; see the module's description."""

    def __init__(self, fine_channels: int = 40, coarse_channels: int = 112) -> None:
        super().__init__()
        self.fine_standardisation = Standardisation(fine_channels)
        self.coarse_standardisation = Standardisation(coarse_channels)
        self.template_fine = nn.Conv2d(fine_channels, _CHANNELS, 3, padding=1)
        self.template_coarse = nn.Conv2d(coarse_channels, _CHANNELS, 3, padding=1)
        pooled = sum(cells ** 2 for cells in _TEMPLATE_CELLS) * _CHANNELS
        self.modulation = nn.Sequential(
            nn.Linear(pooled, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 2 * _CHANNELS))
        self.fine = nn.Sequential(
            nn.Conv2d(fine_channels, _CHANNELS, 3, padding=1), nn.ReLU(),
            nn.Conv2d(_CHANNELS, _CHANNELS, 3, padding=1), nn.ReLU())
        self.coarse = nn.Sequential(
            nn.Conv2d(coarse_channels, _CHANNELS, 3, padding=1), nn.ReLU(),
            nn.Conv2d(_CHANNELS, _CHANNELS, 3, padding=1), nn.ReLU())
        self.hidden = nn.ModuleList(
            nn.Linear(cells ** 2 * _CHANNELS, _HIDDEN) for cells in _CELLS)
        self.overlap = nn.Linear(2 * _HIDDEN, 1)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        last = self.modulation[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)  # at first no channel counts more than another
        nn.init.zeros_(self.overlap.weight)

    def standardise(self, fine: Tensor, coarse: Tensor) -> None:
        """Take mean and deviation of features, N×C×rows×columns each."""
        self.fine_standardisation.measure(fine)
        self.coarse_standardisation.measure(coarse)

    def encode(self, fine: Tensor, coarse: Tensor, boxes: Tensor) -> Modulation:
        """Return the modulation by N targets.

        :param fine: N×40×2R×2C, stride 8 of patches that show the targets
        :param coarse: N×112×R×C, stride 16 of the same patches
        :param boxes: N×4, left, top, width, height of the targets in patch pixels
        """
        fine = F.relu(self.template_fine(self.fine_standardisation(fine)))
        coarse = F.relu(self.template_coarse(self.coarse_standardisation(coarse)))
        pooled = torch.cat((
            pool_boxes(fine, boxes[:, None], _TEMPLATE_CELLS[0], FINE_STRIDE).flatten(1),
            pool_boxes(coarse, boxes[:, None], _TEMPLATE_CELLS[1], COARSE_STRIDE).flatten(1)), 1)
        gain_fine, gain_coarse = (1 + self.modulation(pooled)).chunk(2, 1)
        return Modulation(gain_fine, gain_coarse)

    def look(self, fine: Tensor, coarse: Tensor, modulation: Modulation) -> tuple[Tensor, Tensor]:
        """Return what candidates are pooled from: N×C×2R×2C and N×C×R×C."""
        fine = self.fine(self.fine_standardisation(fine))
        coarse = self.coarse(self.coarse_standardisation(coarse))
        return fine * modulation.fine[..., None, None], coarse * modulation.coarse[..., None, None]

    def predict(self, looked: tuple[Tensor, Tensor], boxes: Tensor) -> Tensor:
        """Return the predicted overlap of candidates, N×B, in [0, 1] but for its error.

        :param looked: see ``look``
        :param boxes: N×B×4, left, top, width, height in patch pixels
        """
        hidden = [
            F.relu(layer(pool_boxes(features, boxes, cells, stride).flatten(2)))
            for layer, features, cells, stride in zip(
                self.hidden, looked, _CELLS, (FINE_STRIDE, COARSE_STRIDE), strict=True)]
        # Trained on the overlap mapped to [-1, 1], as in ATOM.
        overlaps: Tensor = (self.overlap(torch.cat(hidden, 2))[..., 0] + 1) / 2
        return overlaps

    def refine(self, looked: tuple[Tensor, Tensor], start: Tensor) -> tuple[Tensor, Tensor]:
        """Return the boxes that are predicted to overlap most, and by how much.

        Candidates around the start go along the gradient, in units of their sides; the best three
        in the end are averaged.

        :param looked: see ``look``
        :param start: N×4, left, top, width, height in patch pixels
        :return: N×4, the same; N
        """
        factors = start.new_tensor(_STARTS)
        extents = start[:, None, 2:] * factors
        boxes = torch.cat((start[:, None, :2] + (start[:, None, 2:] - extents) / 2, extents), 2)
        with torch.enable_grad():
            for _ in range(_STEPS):
                boxes = boxes.detach().requires_grad_()
                predicted = self.predict(looked, boxes)
                gradient, = torch.autograd.grad(predicted.sum(), boxes)
                sides = boxes.detach()[..., 2:].repeat(1, 1, 2)
                moved = boxes.detach() + _STEP * gradient * sides.square()
                boxes = _not_smaller(moved, boxes.detach())
        best = self.predict(looked, boxes).topk(_BEST, 1)
        chosen = boxes.gather(1, best.indices[..., None].expand(-1, -1, 4))
        return chosen.mean(1), best.values.mean(1)


def _not_smaller(boxes: Tensor, before: Tensor) -> Tensor:
    """Return boxes none of whose sides shrank to less than half in one step."""
    return torch.cat((boxes[..., :2], torch.maximum(boxes[..., 2:], before[..., 2:] / 2)), -1)

"""IoU-Net: how much a box overlaps the target, and so which box overlaps it most.

As in ATOM (Danelljan et al., CVPR 2019, section 3.1): features of the target in the first frame,
pooled over its box, become a gain for each channel; features of a later frame are pooled over a
candidate box, multiplied by it, and from that the overlap is predicted. Pooling is exact and so
differentiable in the box, which is moved along the gradient of the predicted overlap. As in the
paper of ``atom_iaff``, features pass MS-CAM before.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.box_features import pool_boxes
from rat_tracker.networks.box_features import pool_boxes_with_slopes
from rat_tracker.networks.fused_levels import CHANNELS
from rat_tracker.networks.fused_levels import Levels
from rat_tracker.networks.ms_cam import MsCam

_STRIDES = 8, 16
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
    """Gains of N targets for what is pooled of both levels, N×64 each."""

    fine: Tensor
    coarse: Tensor


class CandidateFeatures(NamedTuple):
    """What candidates are pooled from, N×64×2R×2C and N×64×R×C."""

    fine: Tensor
    coarse: Tensor


class IouNet(nn.Module):
    """Predict overlaps of boxes, and refine boxes by them; see the module's description.

    :param attention: whether features pass MS-CAM first
    """

    starts: Tensor

    def __init__(self, *, attention: bool = True) -> None:
        super().__init__()
        self.gates = nn.ModuleList(MsCam(CHANNELS) for _ in _STRIDES) if attention else None
        self.template = nn.ModuleList(
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1) for _ in _STRIDES)
        pooled = sum(cells ** 2 for cells in _TEMPLATE_CELLS) * CHANNELS
        self.modulation = nn.Sequential(
            nn.Linear(pooled, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 2 * CHANNELS))
        self.candidates = nn.ModuleList(nn.Sequential(
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1), nn.ReLU(),
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1), nn.ReLU()) for _ in _STRIDES)
        self.hidden = nn.ModuleList(
            nn.Linear(cells ** 2 * CHANNELS, _HIDDEN) for cells in _CELLS)
        self.overlap = nn.Linear(2 * _HIDDEN, 1)
        # On the device once, so that refining copies nothing to it.
        self.register_buffer('starts', torch.tensor(_STARTS), persistent=False)
        for layer in self.modules():
            if isinstance(layer, nn.Linear) or (
                    isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3)):
                nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        last = self.modulation[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)  # at first no channel counts more than another
        nn.init.zeros_(self.overlap.weight)

    def encode(self, levels: Levels, boxes: Tensor) -> Modulation:
        """Return the modulation by N targets.

        :param levels: of patches that show the targets
        :param boxes: N×4, left, top, width, height of the targets in patch pixels
        """
        pooled = [
            pool_boxes(F.relu(layer(level)), boxes[:, None], cells, stride).flatten(1)
            for layer, level, cells, stride in zip(
                self.template, self.attend(levels), _TEMPLATE_CELLS, _STRIDES, strict=True)]
        gains = 1 + self.modulation(torch.cat(pooled, 1))
        return Modulation(*gains.chunk(2, 1))

    def gate(self, levels: Levels) -> tuple[Tensor, Tensor] | None:
        """Return MS-CAM's gates of both levels, in [0, 1]; None without."""
        if self.gates is None:
            return None
        fine, coarse = (gate(level) for gate, level in zip(self.gates, levels, strict=True))
        return fine, coarse

    def attend(self, levels: Levels, gates: tuple[Tensor, Tensor] | None = None) -> Levels:
        """Return levels as MS-CAM leaves them: as they are before it is trained.

        :param gates: see ``candidate_features``
        """
        if gates is None:
            gates = self.gate(levels)
        if gates is None:
            return levels
        return Levels(*(2 * gate * level for gate, level in zip(gates, levels, strict=True)))

    def candidate_features(
        self, levels: Levels, gates: tuple[Tensor, Tensor] | None = None,
    ) -> CandidateFeatures:
        """Return what candidates in N patches are pooled from; it does not know the target.

        :param gates: what ``gate`` returned of these levels, if that was asked before
        """
        return CandidateFeatures(*(layer(level) for layer, level in zip(
            self.candidates, self.attend(levels, gates), strict=True)))

    def predict(
        self, features: CandidateFeatures, modulation: Modulation, boxes: Tensor,
    ) -> Tensor:
        """Return the predicted overlap of candidates, N×B, in [0, 1] but for its error.

        :param boxes: N×B×4, left, top, width, height in patch pixels
        """
        hidden = [
            F.relu(layer(_modulated(pool_boxes(level, boxes, cells, stride), gain)))
            for layer, level, gain, cells, stride in zip(
                self.hidden, features, modulation, _CELLS, _STRIDES, strict=True)]
        return self._overlap(hidden)

    def predict_with_gradient(
        self, features: CandidateFeatures, modulation: Modulation, boxes: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return what ``predict`` does, and its gradient with respect to boxes, N×B×4.

        The chain rule is written out, so that no graph is recorded: a GPU can capture it.
        """
        hidden, gradients = [], []
        last = self.overlap.weight[0].view(2, _HIDDEN)
        for layer, level, gain, cells, stride, weight in zip(
                self.hidden, features, modulation, _CELLS, _STRIDES, last, strict=True):
            pooled, gradient = pool_boxes_with_slopes(level, boxes, cells, stride)
            hidden.append(F.relu(layer(_modulated(pooled, gain))))
            of_pooled = ((hidden[-1] > 0) * weight) @ layer.weight
            of_pooled = of_pooled.view_as(pooled) * gain[:, None, :, None, None]
            gradients.append(gradient(of_pooled))
        # The overlap is half of what the last layer gives.
        return self._overlap(hidden), (gradients[0] + gradients[1]) / 2

    def refine(
        self, features: CandidateFeatures, modulation: Modulation, start: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return the boxes that are predicted to overlap most, and by how much.

        Candidates around the start go along the gradient, in units of their sides; the best three
        in the end are averaged.

        :param start: N×4, left, top, width, height in patch pixels
        :return: N×4, the same; N
        """
        extents = start[:, None, 2:] * self.starts
        boxes = torch.cat((start[:, None, :2] + (start[:, None, 2:] - extents) / 2, extents), 2)
        for _ in range(_STEPS):
            _, gradient = self.predict_with_gradient(features, modulation, boxes)
            moved = boxes + _STEP * gradient * boxes[..., 2:].repeat(1, 1, 2).square()
            boxes = _not_smaller(moved, boxes)
        best = self.predict(features, modulation, boxes).topk(_BEST, 1)
        chosen = boxes.gather(1, best.indices[..., None].expand(-1, -1, 4))
        return chosen.mean(1), best.values.mean(1)

    def _overlap(self, hidden: list[Tensor]) -> Tensor:
        # Trained on the overlap mapped to [-1, 1], as in ATOM.
        overlaps: Tensor = (self.overlap(torch.cat(hidden, 2))[..., 0] + 1) / 2
        return overlaps


def _modulated(pooled: Tensor, gain: Tensor) -> Tensor:
    """Return N×B×… of N×B×C×cells×cells, each channel times its gain, N×C."""
    return (pooled * gain[:, None, :, None, None]).flatten(2)


def _not_smaller(boxes: Tensor, before: Tensor) -> Tensor:
    """Return boxes none of whose sides shrank to less than half in one step."""
    return torch.cat((boxes[..., :2], torch.maximum(boxes[..., 2:], before[..., 2:] / 2)), -1)

"""How IoU-Net is trained: on pairs and boxes around the target, for how much each overlaps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import nn
from torch import Tensor

from rat_tracker.networks.iou_net import IouNet
from rat_tracker.training.batch import Batch
from rat_tracker.training.batch import corners
from rat_tracker.training.batch import far_corners
from rat_tracker.training.batch import search_layers
from rat_tracker.training.batch import with_corner
from rat_tracker.training.coarse_boxes import coarse_boxes
from rat_tracker.training.coarse_boxes import estimation_figures
from rat_tracker.training.losses import overlap
from rat_tracker.training.recipes import box_head

_CANDIDATES = 16  # a pair
# Deviations of candidates from the true box, in its sides; each is as likely as the next (ATOM).
_DEVIATIONS = 0.01, 0.05, 0.1, 0.2, 0.3
_SMALLEST = 0.2  # side of a candidate, in sides of the true box


def prepare(network: nn.Module, batches: Iterable[Batch]) -> None:
    """Let the network standardise features by mean and deviation over these search patches."""
    assert isinstance(network, IouNet)
    fine, coarse = search_layers(batches)
    network.standardise(fine, coarse)


def look(network: IouNet, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return what candidates of a batch are pooled from."""
    fine, coarse = batch.template
    modulation = network.encode(fine, coarse, with_corner(batch.template_boxes))
    fine, coarse = batch.search
    return network.look(fine, coarse, modulation)


def losses(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """Return the mean square error of predicted overlaps, mapped to [-1, 1] as in ATOM.

    They are learnt where the target is present and its box tight. Where no target is present,
    candidates are around the place where it was expected, and their overlap is to be 0.
    """
    assert isinstance(network, IouNet)
    boxes = _candidates(batch)
    predicted = network.predict(look(network, batch), boxes)
    overlaps = overlap(far_corners(boxes), corners(batch.boxes)[:, None])
    wanted = torch.where(batch.present[:, None], overlaps, 0)
    counts = (batch.present & batch.tight) | ~batch.present
    square = (2 * (predicted - wanted)).square().mean(1)
    return {'overlap': torch.where(counts, square, 0).sum() / counts.sum().clamp(min=1)}


def figures(network: nn.Module, batches: Iterable[Batch]) -> dict[str, float]:
    """Return the figures of held-back pairs; see ``estimation_figures``."""
    def estimate(batch: Batch, coarse: Tensor) -> tuple[Tensor, Tensor]:
        assert isinstance(network, IouNet)
        boxes, predicted = network.refine(look(network, batch), coarse)
        return far_corners(boxes), predicted
    return estimation_figures(batches, estimate)


def _candidates(batch: Batch) -> Tensor:
    """Return N×16×4 boxes around the targets: left, top, width, height in patch pixels."""
    device = batch.boxes.device
    expected = coarse_boxes(batch)
    centers = torch.where(
        batch.present[:, None], batch.boxes[:, :2], expected[:, :2] + expected[:, 2:] / 2)
    sides = torch.where(batch.present[:, None], batch.boxes[:, 2:], batch.expected)
    size = len(batch), _CANDIDATES
    deviations = torch.tensor(_DEVIATIONS, device=device)[
        torch.randint(len(_DEVIATIONS), size, device=device)][..., None]
    moved = torch.randn(*size, 4, device=device) * deviations
    centers = centers[:, None] + moved[..., :2] * sides[:, None]
    extents = (1 + moved[..., 2:]).clamp(min=_SMALLEST) * sides[:, None]
    return torch.cat((centers - extents / 2, extents), 2)


RECIPE = replace(
    box_head.RECIPE,
    name='iou_net',
    description='how much each box overlaps a target, by which boxes are refined',
    build=IouNet,
    prepare=prepare,
    loss=losses,
    figures=figures,
    chosen_by='overlap_after',
)

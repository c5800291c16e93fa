"""How the corner head is trained: on pairs and coarse places, for boxes, quality and masks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import nn
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.box_features import sample_boxes
from rat_tracker.networks.corner_head import CELLS
from rat_tracker.networks.corner_head import CornerHead
from rat_tracker.networks.corner_head import CornerPrediction
from rat_tracker.networks.corner_head import looked_at
from rat_tracker.training.batch import Batch
from rat_tracker.training.batch import corners
from rat_tracker.training.batch import search_layers
from rat_tracker.training.batch import with_corner
from rat_tracker.training.coarse_boxes import coarse_boxes
from rat_tracker.training.coarse_boxes import estimation_figures
from rat_tracker.training.losses import generalized_overlap
from rat_tracker.training.losses import overlap
from rat_tracker.training.recipes import box_head

# Of the corners' distance, in sides of the box, and of the mask, beside that of the overlap.
_CORNER_WEIGHT = 1.0
_MASK_WEIGHT = 0.5


def prepare(network: nn.Module, batches: Iterable[Batch]) -> None:
    """Let the head standardise features by mean and deviation over these search patches."""
    assert isinstance(network, CornerHead)
    fine, coarse = search_layers(batches)
    network.standardise(fine, coarse)


def predict(network: nn.Module, batch: Batch, coarse: Tensor) -> CornerPrediction:
    """Return what the head says of the search patches of a batch, from coarse boxes."""
    assert isinstance(network, CornerHead)
    fine, deep = batch.template
    template = network.encode(fine, deep, with_corner(batch.template_boxes))
    prediction: CornerPrediction = network(*batch.search, template, coarse)
    return prediction


def losses(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """Return the losses of boxes, of quality and of masks.

    Boxes are learnt where the target is present and its box tight, masks where they are known.
    Quality is to be the overlap of the box, and 0 where no target is present.
    """
    coarse = coarse_boxes(batch)
    prediction = predict(network, batch, coarse)
    true = corners(batch.boxes)
    learns = batch.present & batch.tight
    count = learns.sum().clamp(min=1)
    sides = batch.boxes[:, 2:].repeat(1, 2).clamp(min=1)
    away = ((prediction.boxes - true).abs() / sides).mean(1)
    box = 1 - generalized_overlap(prediction.boxes, true) + _CORNER_WEIGHT * away
    fits = torch.where(learns, overlap(prediction.boxes, true), 0).detach()
    quality = F.binary_cross_entropy_with_logits(prediction.quality, fits, reduction='none')
    counts = learns | ~batch.present
    parts = {'box': torch.where(learns, box, 0).sum() / count,
             'quality': torch.where(counts, quality, 0).sum() / counts.sum().clamp(min=1)}
    if prediction.mask is not None:
        parts['mask'] = _MASK_WEIGHT * _mask_loss(prediction.mask, batch, coarse)
    return parts


def figures(network: nn.Module, batches: Iterable[Batch]) -> dict[str, float]:
    """Return the figures of held-back pairs; see ``estimation_figures``."""
    def estimate(batch: Batch, coarse: Tensor) -> tuple[Tensor, Tensor]:
        prediction = predict(network, batch, coarse)
        return prediction.boxes, prediction.quality
    return estimation_figures(batches, estimate)


def _mask_loss(logits: Tensor, batch: Batch, coarse: Tensor) -> Tensor:
    stride = box_head.RECIPE.patch_side // batch.masks.shape[1]
    wanted = sample_boxes(batch.masks[:, None], looked_at(coarse), CELLS, stride)[:, 0]
    loss = F.binary_cross_entropy_with_logits(logits, wanted, reduction='none').mean((1, 2))
    known = batch.masked & batch.present
    return torch.where(known, loss, 0).sum() / known.sum().clamp(min=1)


RECIPE = replace(
    box_head.RECIPE,
    name='corner_head',
    description='box, quality and mask of a target whose place is known coarsely',
    build=CornerHead,
    prepare=prepare,
    loss=losses,
    figures=figures,
    chosen_by='overlap_after',
)
WITHOUT_MASKS = replace(
    RECIPE, name='corner_head_without_masks',
    description='the same without learning from masks',
    build=lambda: CornerHead(masks=False))

"""Losses that several recipes share, each by the formula of its paper."""

from __future__ import annotations

import torch
from torch import Tensor
import torch.nn.functional as F

_FOCUS = 2.0  # β of the quality focal loss, as the paper has it


def overlap(first: Tensor, second: Tensor) -> Tensor:
    """Return intersection over union of boxes, pair by pair.

    :param first: …×4, left, top, right, bottom; right is not left of left, bottom not above top
    :param second: the same, of a shape that broadcasts
    :return: …, in [0, 1]; 0 where both are empty
    """
    shared, union, _ = _areas(first, second)
    return shared / union.clamp(min=torch.finfo(union.dtype).tiny)


def generalized_overlap(first: Tensor, second: Tensor) -> Tensor:
    """Return the generalised intersection over union of boxes, pair by pair.

    IoU − (C − U) / C, with the union U and the smallest upright box C around both (Rezatofighi et
    al., "Generalized Intersection over Union", CVPR 2019, algorithm 2). 1 minus it is the loss.

    :param first: see ``overlap``
    :param second: see ``overlap``
    :return: …, in (-1, 1]
    """
    shared, union, around = _areas(first, second)
    tiny = torch.finfo(union.dtype).tiny
    return shared / union.clamp(min=tiny) - (around - union) / around.clamp(min=tiny)


def _areas(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the areas of intersection, union and the smallest box around both."""
    high, low = torch.minimum(first[..., 2:], second[..., 2:]), torch.maximum(
        first[..., :2], second[..., :2])
    shared = (high - low).clamp(min=0).prod(-1)
    union = ((first[..., 2:] - first[..., :2]).prod(-1)
             + (second[..., 2:] - second[..., :2]).prod(-1) - shared)
    around = (torch.maximum(first[..., 2:], second[..., 2:])
              - torch.minimum(first[..., :2], second[..., :2])).prod(-1)
    return shared, union, around


def quality_focal_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the quality focal loss of each prediction.

    −|y − σ|^β ((1 − y) log(1 − σ) + y log σ), with the sigmoid σ of the logit, the target y in
    [0, 1] and β = 2 (Li et al., "Generalized Focal Loss", NeurIPS 2020, eq. 2).

    :param logits: any shape
    :param targets: the same shape, without gradient
    :return: the same shape, at least 0
    """
    cross_entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction='none')
    return (targets - logits.sigmoid()).abs().pow(_FOCUS) * cross_entropy

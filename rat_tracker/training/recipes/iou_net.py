"""How IoU-Net and the levels that it reads are trained.

On pairs: for how much each of many boxes overlaps the target; and, so that the levels also tell
the target from what is beside it, for where its appearance in the template is most similar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import torch
from torch import nn
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.box_features import pool_boxes
from rat_tracker.networks.fused_iou_net import FusedIouNet
from rat_tracker.networks.fused_levels import LAYERS
from rat_tracker.networks.fused_levels import Levels
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
_PLACE_WEIGHT = 0.05  # of the loss of places beside that of overlaps
_CELLS = 4  # each way, of the appearance in the template
_SHARPNESS = 20.0  # by which similarities become logits
_WIDTH = 0.25  # standard deviation of where the target is, in its sides (ATOM)


def prepare(network: nn.Module, batches: Iterable[Batch]) -> None:
    """Let the network standardise features by mean and deviation over these search patches."""
    assert isinstance(network, FusedIouNet)
    fine, early, late = search_layers(batches)
    network.levels.standardise(fine, early, late)


def losses(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """Return the losses of overlaps and of places.

    The first is the mean square error of predicted overlaps, mapped to [-1, 1] as in ATOM. They
    are learnt where the target is present and its box tight. Where no target is present,
    candidates are around the place where it was expected, and their overlap is to be 0.

    The second is the cross-entropy of where the target's appearance in the template is most
    similar, at both levels, over pairs whose target is present.
    """
    assert isinstance(network, FusedIouNet)
    target = with_corner(batch.template_boxes)
    boxes = _candidates(batch)
    # Faster by a quarter on processors that know the type.
    with torch.autocast(boxes.device.type, torch.bfloat16):
        template, search = network.levels(*batch.template), network.levels(*batch.search)
        predicted = network.iou_net.predict(
            network.iou_net.candidate_features(search),
            network.iou_net.encode(template, target), boxes)
        place = _place_loss(batch, template, search, target)
    overlaps = overlap(far_corners(boxes), corners(batch.boxes)[:, None])
    wanted = torch.where(batch.present[:, None], overlaps, 0)
    counts = (batch.present & batch.tight) | ~batch.present
    square = (2 * (predicted.float() - wanted)).square().mean(1)
    return {'overlap': torch.where(counts, square, 0).sum() / counts.sum().clamp(min=1),
            'place': _PLACE_WEIGHT * place}


def figures(network: nn.Module, batches: Iterable[Batch]) -> dict[str, float]:
    """Return the figures of held-back pairs; see ``estimation_figures``.

    ``place_fine`` and ``place_coarse``: how often the target's appearance is most similar at less
    than a quarter of its sides from its centre.
    """
    assert isinstance(network, FusedIouNet)
    near: list[Tensor] = []

    def estimate(batch: Batch, coarse: Tensor) -> tuple[Tensor, Tensor]:
        template, search = network.levels(*batch.template), network.levels(*batch.search)
        target = with_corner(batch.template_boxes)
        near.append(torch.stack([
            _is_near(similar, points, batch) for similar, points in
            _similarities(template, search, target)])[:, batch.present])
        boxes, predicted = network.iou_net.refine(
            network.iou_net.candidate_features(search),
            network.iou_net.encode(template, target), coarse)
        return far_corners(boxes), predicted

    found = estimation_figures(batches, estimate)
    fine, coarse = torch.cat(near, 1).float().mean(1).tolist()
    return {**found, 'place_fine': fine, 'place_coarse': coarse}


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


def _place_loss(batch: Batch, template: Levels, search: Levels, target: Tensor) -> Tensor:
    loss = torch.zeros((), device=batch.boxes.device)
    for similar, points in _similarities(template, search, target):
        away = _away(points, batch)
        wanted = (-0.5 * (away / _WIDTH).square().sum(2)).softmax(1)
        entropy = -(wanted * similar.log_softmax(1)).sum(1)
        loss = loss + torch.where(batch.present, entropy, 0).sum()
    return loss / batch.present.sum().clamp(min=1)


def _similarities(
    template: Levels, search: Levels, target: Tensor,
) -> list[tuple[Tensor, Tensor]]:
    """Return, of each level, how similar the template is at each place, N×P, and the places, P×2.

    The template is 4×4 unit vectors over the target's box; at stride 8 every other cell of the
    search patch meets one of them, so that both levels cover as much. Places are x, y in patch
    pixels.
    """
    found = []
    for level, patch, stride, dilation in zip(template, search, (8, 16), (2, 1), strict=True):
        cells = F.normalize(pool_boxes(level, target[:, None], _CELLS, stride)[:, 0].flatten(2))
        each = (cells.mT @ F.normalize(patch.flatten(2))).view(
            len(patch), _CELLS ** 2, *patch.shape[2:])
        # Each cell of the template at its place around the middle; their mean.
        taps = torch.eye(_CELLS ** 2, device=each.device).view(1, _CELLS ** 2, _CELLS, _CELLS)
        padding = (dilation * (_CELLS - 1) + 1) // 2
        similar = F.conv2d(each, taps / _CELLS ** 2, padding=padding, dilation=dilation)[:, 0]
        rows, columns = similar.shape[1:]
        first = 0.5 if rows == patch.shape[2] else 0.0  # of a cell's middle, or its corner
        y, x = ((torch.arange(count, device=each.device) + first) * stride
                for count in (rows, columns))
        points = torch.stack((x.expand(rows, -1), y[:, None].expand(-1, columns)), 2)
        found.append((_SHARPNESS * similar.flatten(1).float(), points.flatten(0, 1)))
    return found


def _away(points: Tensor, batch: Batch) -> Tensor:
    """Return how far points are from the targets, N×P×2, in their sides."""
    return (points - batch.boxes[:, None, :2]) / batch.boxes[:, None, 2:].clamp(min=1.0)


def _is_near(similar: Tensor, points: Tensor, batch: Batch) -> Tensor:
    best = points[similar.argmax(1)]
    return ((best - batch.boxes[:, :2]).abs() < _WIDTH * batch.boxes[:, 2:]).all(1)


RECIPE = replace(
    box_head.RECIPE,
    name='iou_net',
    version=2,
    description='how much each box overlaps a target, on levels fused by iAFF',
    layers=LAYERS,
    build=FusedIouNet,
    prepare=prepare,
    loss=losses,
    figures=figures,
    chosen_by='overlap_after',
)
WITH_AFF = replace(
    RECIPE, name='iou_net_aff', description='likewise, on levels fused by AFF',
    build=partial(FusedIouNet, 'aff'))
WITH_SUM = replace(
    RECIPE, name='iou_net_sum', description='likewise, on sums of levels',
    build=partial(FusedIouNet, 'sum'))
WITHOUT_MS_CAM = replace(
    RECIPE, name='iou_net_without_ms_cam',
    description='likewise, on levels fused by iAFF, without MS-CAM before IoU-Net',
    build=partial(FusedIouNet, attention=False))

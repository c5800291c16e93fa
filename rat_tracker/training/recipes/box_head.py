"""How the box head is trained: on pairs, for boxes and for the quality of each."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import nn
from torch import Tensor

from rat_tracker.networks.box_head import boxes_of
from rat_tracker.networks.box_head import BoxHead
from rat_tracker.networks.box_head import BoxPrediction
from rat_tracker.networks.box_head import cell_points
from rat_tracker.networks.box_head import STRIDE
from rat_tracker.training.batch import Batch
from rat_tracker.training.batch import corners
from rat_tracker.training.batch import with_corner
from rat_tracker.training.coarse_boxes import estimation_figures
from rat_tracker.training.losses import generalized_overlap
from rat_tracker.training.losses import overlap
from rat_tracker.training.losses import quality_focal_loss
from rat_tracker.training.recipe import Recipe
from rat_tracker.training.recipe import Schedule
from rat_tracker.training.settings import Sampling
from rat_tracker.training.sources import Source
from rat_tracker.training.statistics import area_under_roc
from rat_tracker.training.statistics import slope
from rat_tracker.training.warping import Warping

_BOX_WEIGHT = 1.5  # of the loss of boxes beside that of quality
_MIDDLE = 0.54  # part of the target's width and height whose cells learn box and quality

# What is known of the data that docs/training.md names; any others count as tight. Held back are
# all clips of benchmarks for tracking, and clips of DAVIS-2016, SegTrack v2 and VOT-TIR in which
# the target or the camera moves fast, bends, turns or is small. Pictures are held back by hash.
_HELD_BACK = (
    'tracking', 'TIR_*', 'DAVIS17_schoolgirls*', 'SEG2_bmx*', 'SEG2_girl', 'SEG2_hummingbird*',
    'SEG2_monkeydog*', 'SEG2_parachute', 'SEG2_worm',
    *(f'DAVIS_{name}' for name in (
        'bmx-bumps', 'bmx-trees', 'boat', 'breakdance', 'car-roundabout', 'dance-jump',
        'dance-twirl', 'drift-turn', 'hockey', 'horsejump-high', 'kite-walk', 'libby',
        'mallard-fly', 'motocross-jump', 'parkour', 'rollerblade', 'scooter-black', 'soccerball',
        'swing')))
_SOURCES = {
    **{name: Source(validation=True) for name in _HELD_BACK},
    # The same clips as DAVIS_* and SEG2_*, smaller and in part.
    'DAVIS2016': Source(weight=0), 'SegTrackv2': Source(weight=0),
    # Labels that leave room around the object, or miss a part of it.
    'DRONE_*': Source(weight=0.4, tight=False, validation=False),
    'fruitveg': Source(tight=False), 'ships': Source(tight=False), 'deer': Source(tight=False),
    # Other clips are learnt from; those of one camera are parts of one video.
    'MOT15_*': Source(weight=1.5, validation=False, one_scene=True),
    'TRAFFIC_*': Source(validation=False, one_scene=True),
    'FISH_*': Source(validation=False),
    'DAVIS_*': Source(weight=2.0, validation=False),
    'SEG2_*': Source(weight=2.0, validation=False),
    'CDnet2014': Source(validation=False, one_scene=True),
    'CDNET*': Source(validation=False, one_scene=True),
}


def build() -> BoxHead:
    """Return the head as it is before training."""
    return BoxHead()


def prepare(network: nn.Module, batches: Iterable[Batch]) -> None:
    """Let the head standardise features by mean and deviation over these search patches."""
    assert isinstance(network, BoxHead)
    joined = torch.cat([network.join_layers(*batch.search).transpose(0, 1).flatten(1)
                        for batch in batches], 1)
    network.standardise(joined.mean(1), joined.std(1))


def predict(network: nn.Module, batch: Batch) -> BoxPrediction:
    """Return what the head says of the search patches of a batch."""
    assert isinstance(network, BoxHead)
    fine, coarse = batch.template
    template = network.encode(fine, coarse, with_corner(batch.template_boxes))
    prediction: BoxPrediction = network(*batch.search, template)
    return prediction


def losses(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """Return the losses of boxes and of quality.

    Boxes are learnt at the cells in the middle of tight boxes only. Quality is to be the overlap
    of the box that is predicted there, and 0 at cells outside of the box and wherever no target is
    present; cells between, and those in the middle of loose boxes, whose overlap says little, are
    ignored. Both are sums over cells, divided by the number of cells that learn boxes.
    """
    prediction = predict(network, batch)
    quality, predicted = prediction.quality, boxes_of(prediction.distances)
    middle, inside = _cells(batch, *quality.shape[1:])
    learns_box = middle & batch.tight[:, None, None]
    count = learns_box.sum().clamp(min=1)
    true = corners(batch.boxes)[:, None, None].expand_as(predicted)
    generalized = generalized_overlap(predicted, true)
    box = torch.where(learns_box, 1 - generalized, 0).sum()
    target = torch.where(learns_box, overlap(predicted, true), 0).detach()
    counts = learns_box | ~inside
    focal = torch.where(counts, quality_focal_loss(quality, target), 0).sum()
    return {'box': _BOX_WEIGHT * box / count, 'quality': focal / count}


def figures(network: nn.Module, batches: Iterable[Batch]) -> dict[str, float]:
    """Return the figures of held-back pairs.

    ``overlap``: mean overlap with the true box of the box at the cell of best quality.
    ``overlap_at_center``: likewise at the cell of the true centre; the gap between both is what
    the choice of the cell loses.
    ``size_slope``: slope of log(predicted size / true size) on log(true size / expected size), at
    the cell of the true centre, size being the root of the area; 0 where the head sees how much a
    target grew, -1 where it sees nothing of it.
    ``presence``: area under the ROC curve of the best quality, for whether the target is present.
    All but the last are over pairs whose target is present and whose box is tight. What follows
    is of boxes near coarse ones, see ``estimation_figures``.
    """
    batches = list(batches)
    predictions = [predict(network, batch) for batch in batches]
    best, centers, sizes, expected, qualities, present = [], [], [], [], [], []
    for batch, prediction in zip(batches, predictions, strict=True):
        quality = prediction.quality.flatten(1)
        boxes = boxes_of(prediction.distances)
        rows = torch.arange(len(batch), device=boxes.device)
        true = corners(batch.boxes)
        column, row = _center_cells(batch, *boxes.shape[1:3])
        at_center = boxes[rows, row, column]
        judged = batch.present & batch.tight
        qualities.append(quality.amax(1))
        present.append(batch.present)
        best.append(overlap(boxes.flatten(1, 2)[rows, quality.argmax(1)], true)[judged])
        centers.append(overlap(at_center, true)[judged])
        extent = (at_center[:, 2:] - at_center[:, :2]).prod(1)
        true_area = batch.boxes[:, 2:].prod(1)
        sizes.append((extent / true_area).log()[judged] / 2)
        expected.append((true_area / batch.expected.prod(1)).log()[judged] / 2)
    shown = torch.cat(present)
    each = iter(predictions)  # they are asked for once more, batch by batch
    scores = torch.cat(qualities)
    return {
        'overlap': _mean(best),
        'overlap_at_center': _mean(centers),
        'size_slope': slope(_numbers(torch.cat(expected)), _numbers(torch.cat(sizes))),
        'presence': area_under_roc(_numbers(scores[shown]), _numbers(scores[~shown])),
        **estimation_figures(batches, lambda _, coarse: _near(next(each), coarse)),
    }


def _near(prediction: BoxPrediction, coarse: Tensor) -> tuple[Tensor, Tensor]:
    """Return box and quality at the best of the cells around the middle of coarse boxes."""
    boxes = boxes_of(prediction.distances)
    points = cell_points(boxes.shape[1], boxes.shape[2], boxes.device)
    away = (points - (coarse[:, :2] + coarse[:, 2:] / 2)[:, None, None]).abs().amax(3)
    # Three cells each way, as ``BoxEstimator`` reads them.
    near = away < 1.5 * STRIDE
    quality = torch.where(near, prediction.quality, -torch.inf).flatten(1)
    best = quality.argmax(1)
    rows = torch.arange(len(coarse), device=boxes.device)
    return boxes.flatten(1, 2)[rows, best], quality[rows, best]


def _cells(batch: Batch, rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """Return N×rows×columns: which cells are in the middle of a target's box, and which in it.

    The cell nearest to the centre is in the middle, however small the target is.
    """
    points = cell_points(rows, columns, batch.boxes.device)
    centers, extents = batch.boxes[:, None, None, :2], batch.boxes[:, None, None, 2:]
    away = (points - centers).abs() / extents.clamp(min=1e-6)
    shown = batch.present[:, None, None]
    middle, inside = (away <= _MIDDLE / 2).all(3), (away <= 0.5).all(3)
    column, row = _center_cells(batch, rows, columns)
    number = torch.arange(len(batch), device=points.device)
    middle[number, row, column] = True
    return middle & shown, (inside | middle) & shown


def _center_cells(batch: Batch, rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """Return the column and the row of the cell that is nearest to each target's centre."""
    column, row = (batch.boxes[:, :2] / STRIDE).floor().long().unbind(1)
    return column.clamp(0, columns - 1), row.clamp(0, rows - 1)


def _mean(parts: list[Tensor]) -> float:
    return float(torch.cat(parts).mean())


def _numbers(values: Tensor) -> np.ndarray:
    return values.double().cpu().numpy()


RECIPE = Recipe(
    name='box_head',
    version=1,
    description='box and quality at each place of a search region, given a template',
    layers=('stride8', 'stride16'),
    patch_side=256,
    sources=_SOURCES,
    sampling=Sampling(template_factor=2.6, search_factors=(2.6, 3.6, 5.0), others=0.1,
                      nothing=0.1, warping=Warping(reach=0.5, scale=0.6, aspect=0.12)),
    uses=4,
    held_back=480,
    validation=250,
    schedule=Schedule(steps=20_000, batch=48, peak_rate=2.5e-3, warm_up=0.1, weight_decay=1e-4,
                      largest_gradient=1.0),
    build=build,
    prepare=prepare,
    loss=losses,
    figures=figures,
    chosen_by='overlap',
)

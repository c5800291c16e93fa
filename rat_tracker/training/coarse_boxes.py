"""Boxes as a tracker has them before they are estimated, and how good those after it are."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from rat_tracker.training.batch import Batch
from rat_tracker.training.batch import corners
from rat_tracker.training.batch import far_corners
from rat_tracker.training.losses import overlap
from rat_tracker.training.statistics import area_under_roc
from rat_tracker.training.statistics import slope
from rat_tracker.training.warping import PATCH_SIDE

# Deviation of the place that a response gives from the true one, in sides of the target.
_PLACE = 0.1
_GOOD = 0.7  # overlap from which on a box fits

# Of a batch and its coarse boxes: boxes (N×4, left, top, right, bottom), and N qualities of them.
Estimate = Callable[[Batch, Tensor], tuple[Tensor, Tensor]]


def coarse_boxes(batch: Batch, generator: torch.Generator | None = None) -> Tensor:
    """Return boxes at about the right place, as large as the target is expected to be.

    Where no target is present they are at the middle of the patch.

    :param generator: of random numbers; None: torch's own
    :return: N×4, left, top, width, height in patch pixels
    """
    noise = torch.randn(len(batch), 2, generator=generator).to(batch.boxes.device) * _PLACE
    centers = torch.where(batch.present[:, None], batch.boxes[:, :2], PATCH_SIDE / 2)
    centers = centers + noise * batch.expected
    return torch.cat((centers - batch.expected / 2, batch.expected), 1)


def estimation_figures(batches: Iterable[Batch], estimate: Estimate) -> dict[str, float]:
    """Return how good estimates are that begin with coarse boxes, the same ones for all networks.

    ``overlap_before``: mean overlap of the coarse boxes with the true ones.
    ``overlap_after``: that of the boxes that were estimated from them.
    ``overlap_75_after``: how many of those overlap by more than 0.75.
    ``size_slope_after``: slope of log(estimated size / true size) on log(true size / expected
    size), size being the root of the area.
    ``quality_order``: area under the ROC curve of the quality, for whether a box overlaps by 0.7;
    where the target is not present, none does. All others are over pairs whose target is present.
    All are over pairs whose box is tight, or that show no target.
    """
    generator = torch.Generator().manual_seed(0)
    before, after, wrong, grown, qualities, good = [], [], [], [], [], []
    for batch in batches:
        coarse = coarse_boxes(batch, generator)
        boxes, quality = estimate(batch, coarse)
        true = corners(batch.boxes)
        shown = batch.present & batch.tight
        found = overlap(boxes, true)
        before.append(overlap(far_corners(coarse), true)[shown])
        after.append(found[shown])
        area = batch.boxes[:, 2:].prod(1)
        estimated = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-3).prod(1)
        wrong.append((estimated / area).log()[shown] / 2)
        grown.append((area / batch.expected.prod(1)).log()[shown] / 2)
        judged = shown | ~batch.present
        qualities.append(quality[judged])
        good.append(torch.where(batch.present, found >= _GOOD, False)[judged])
    fits, values, overlaps = torch.cat(good), torch.cat(qualities), torch.cat(after)
    return {
        'overlap_before': float(torch.cat(before).mean()),
        'overlap_after': float(overlaps.mean()),
        'overlap_75_after': float((overlaps > 0.75).float().mean()),
        'size_slope_after': slope(_numbers(torch.cat(grown)), _numbers(torch.cat(wrong))),
        'quality_order': area_under_roc(_numbers(values[fits]), _numbers(values[~fits])),
    }


def _numbers(values: Tensor) -> np.ndarray:
    return values.double().cpu().numpy()

"""The recipe of the box head: what its losses and figures are, by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from rat_tracker.networks.box_head import BoxHead
from rat_tracker.networks.box_head import BoxPrediction
from rat_tracker.networks.box_head import Template
from rat_tracker.training.batch import Batch
from rat_tracker.training.recipes.box_head import figures
from rat_tracker.training.recipes.box_head import losses

GRID = 16


class Saying(BoxHead):
    """A head that says what it is told to."""

    def __init__(self, quality: Tensor, distances: Tensor) -> None:
        super().__init__()
        self.said = BoxPrediction(quality, distances)

    def forward(self, fine: Tensor, coarse: Tensor, template: Template) -> BoxPrediction:
        return self.said


def batch(boxes: list[list[float]], present: list[bool], tight: list[bool]) -> Batch:
    count = len(boxes)
    maps = torch.zeros(count, 40, 32, 32), torch.zeros(count, 112, 16, 16)
    return Batch(
        template=maps, template_boxes=torch.full((count, 4), 128.0), search=maps,
        boxes=torch.tensor(boxes), present=torch.tensor(present), tight=torch.tensor(tight),
        expected=torch.full((count, 2), 64.0), masks=torch.zeros(count, 32, 32),
        masked=torch.zeros(count, dtype=torch.bool))


def distances_to(left: float, top: float, right: float, bottom: float) -> Tensor:
    """Return 4×16×16 distances of one and the same box, seen from every cell."""
    points = (torch.arange(GRID) + 0.5) * 16
    x, y = points.expand(GRID, GRID), points[:, None].expand(GRID, GRID)
    return torch.stack((x - left, y - top, right - x, bottom - y))


def qualities(background: float, **cells: float) -> Tensor:
    """Return 16×16 logits; ``r7c8=2.0`` sets row 7, column 8."""
    logits = torch.full((GRID, GRID), background)
    for name, logit in cells.items():
        row, column = name[1:].split('c')
        logits[int(row), int(column)] = logit
    return logits


def test_a_true_box_costs_nothing_and_half_a_box_what_the_formula_says() -> None:
    # 64×64 around 136,136: the middle 54 % has the cells whose points are 120, 136, 152 each way.
    true = batch([[136.0, 136.0, 64.0, 64.0]], [True], [True])
    certain = qualities(-20.0)[None]

    exact = losses(Saying(certain, distances_to(104, 104, 168, 168)[None]), true)
    half = losses(Saying(certain, distances_to(104, 104, 136, 168)[None]), true)

    assert exact['box'].item() == pytest.approx(0, abs=1e-5)
    # Overlap and generalised overlap are 1/2; the mean over nine cells is that of each.
    assert half['box'].item() == pytest.approx(1.5 * 0.5, rel=1e-5)
    # The quality of those cells is told to be 2e-9: (y − σ)² · −y log σ at logit −20.
    assert exact['quality'].item() == pytest.approx(20.0, rel=1e-4)
    assert half['quality'].item() == pytest.approx(0.5 ** 2 * 0.5 * 20, rel=1e-3)


def test_cells_between_middle_and_edge_of_the_box_teach_nothing() -> None:
    true = batch([[136.0, 136.0, 64.0, 64.0]], [True], [True])
    box = distances_to(104, 104, 168, 168)[None]
    # Column 6 has its point at 104, on the edge; column 7 at 120.
    usual = losses(Saying(qualities(-20.0)[None], box), true)
    edge = losses(Saying(qualities(-20.0, r8c6=3.0)[None], box), true)
    outside = losses(Saying(qualities(-20.0, r8c5=3.0)[None], box), true)

    assert edge['quality'].item() == usual['quality'].item()
    assert outside['quality'].item() > usual['quality'].item() + 0.1


def test_a_loose_box_teaches_only_where_the_target_is_not() -> None:
    loose = batch([[136.0, 136.0, 64.0, 64.0]], [True], [False])
    box = distances_to(0, 0, 256, 256)[None]
    inside = losses(Saying(qualities(-20.0, r8c8=3.0)[None], box), loose)
    outside = losses(Saying(qualities(-20.0, r1c1=3.0)[None], box), loose)

    assert inside['box'].item() == outside['box'].item() == 0
    assert inside['quality'].item() == pytest.approx(0, abs=1e-6)
    assert outside['quality'].item() > 1


def test_without_the_target_every_cell_is_to_be_zero() -> None:
    absent = batch([[0.0, 0.0, 0.0, 0.0]], [False], [True])
    box = distances_to(104, 104, 168, 168)[None]
    for cell in ('r0c0', 'r8c8'):
        found = losses(Saying(qualities(-20.0, **{cell: 0.0})[None], box), absent)
        # At logit 0: ½² · log 2.
        assert found['quality'].item() == pytest.approx(math.log(2) / 4, rel=1e-4)
        assert found['box'].item() == 0


def test_a_target_smaller_than_a_cell_is_learnt_at_the_cell_that_holds_its_centre() -> None:
    small = batch([[130.0, 130.0, 3.0, 3.0]], [True], [True])
    found = losses(Saying(qualities(-20.0)[None], distances_to(128.5, 128.5, 131.5, 131.5)[None]),
                   small)
    assert found['quality'].item() == pytest.approx(20.0, rel=1e-4)


def test_figures_are_those_of_the_cells_that_they_name() -> None:
    pairs = batch(
        [[136.0, 136.0, 64.0, 64.0], [136.0, 136.0, 32.0, 32.0], [0.0, 0.0, 0.0, 0.0]],
        [True, True, False], [True, True, True])
    # The head always says 48×48, one and a half times the smaller target; only at the first row
    # and column it says half of the larger one, and there the quality of the first is best.
    distances = distances_to(112, 112, 160, 160).repeat(3, 1, 1, 1)
    distances[0, :, 0, 0] = distances_to(104, 104, 136, 168)[:, 0, 0]
    quality = torch.stack((qualities(-3.0, r0c0=1.0), qualities(-3.0, r8c8=0.5), qualities(-2.0)))

    found = figures(Saying(quality, distances), [pairs])

    at_center = (48 ** 2 / 64 ** 2 + 32 ** 2 / 48 ** 2) / 2
    assert found['overlap_at_center'] == pytest.approx(at_center)
    assert found['overlap'] == pytest.approx((0.5 + 32 ** 2 / 48 ** 2) / 2)
    # A head that sees nothing of the size: what grew is predicted as much too small.
    assert found['size_slope'] == pytest.approx(-1.0)
    assert found['presence'] == 1.0

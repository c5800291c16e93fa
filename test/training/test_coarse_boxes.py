"""Coarse boxes, and figures of the boxes that are estimated from them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rat_tracker.training.batch import Batch
from rat_tracker.training.batch import corners
from rat_tracker.training.coarse_boxes import coarse_boxes
from rat_tracker.training.coarse_boxes import estimation_figures

COUNT = 400


def batch(*, grown: float = 1.0) -> Batch:
    """Return pairs whose last fifth shows no target; half of the others grew."""
    maps = torch.zeros(COUNT, 1, 32, 32), torch.zeros(COUNT, 1, 16, 16)
    present = torch.arange(COUNT) < COUNT * 4 // 5
    sides = torch.tensor([60.0, 40.0]).repeat(COUNT, 1)
    sides[::2] *= grown
    boxes = torch.cat((torch.tensor([140.0, 100.0]).expand(COUNT, 2), sides), 1)
    return Batch(
        template=maps, template_boxes=torch.full((COUNT, 4), 128.0), search=maps,
        boxes=torch.where(present[:, None], boxes, 0), present=present,
        tight=torch.ones(COUNT, dtype=torch.bool),
        expected=torch.tensor([60.0, 40.0]).repeat(COUNT, 1),
        masks=torch.zeros(COUNT, 32, 32), masked=torch.zeros(COUNT, dtype=torch.bool))


def test_they_are_about_where_the_target_is_and_as_large_as_it_is_expected_to_be() -> None:
    pairs = batch(grown=2)
    found = coarse_boxes(pairs, torch.Generator().manual_seed(1))
    centers = found[:, :2] + found[:, 2:] / 2
    shown, absent = centers[pairs.present], centers[~pairs.present]

    assert torch.equal(found[:, 2:], pairs.expected)
    assert shown.mean(0).tolist() == pytest.approx([140, 100], abs=2)
    assert shown.std(0).tolist() == pytest.approx([6, 4], rel=0.2)
    assert absent.mean(0).tolist() == pytest.approx([128, 128], abs=3)


def test_true_boxes_fit_and_quality_that_knows_it_puts_them_first() -> None:
    def estimate(pairs: Batch, coarse: Tensor) -> tuple[Tensor, Tensor]:
        return corners(pairs.boxes), pairs.present.float()
    found = estimation_figures([batch(grown=1.5)], estimate)

    assert found['overlap_after'] == pytest.approx(1)
    assert found['overlap_75_after'] == 1
    assert found['quality_order'] == 1
    assert found['overlap_before'] < 0.8


def test_boxes_that_are_left_as_they_were_see_nothing_of_a_change_of_size() -> None:
    def estimate(pairs: Batch, coarse: Tensor) -> tuple[Tensor, Tensor]:
        return torch.cat((coarse[:, :2], coarse[:, :2] + coarse[:, 2:]), 1), -pairs.present.float()
    found = estimation_figures([batch(grown=2)], estimate)

    assert found['overlap_after'] == pytest.approx(found['overlap_before'])
    assert found['size_slope_after'] == pytest.approx(-1)
    assert found['quality_order'] < 0.5


def test_every_network_is_asked_about_the_same_boxes() -> None:
    asked = []

    def estimate(pairs: Batch, coarse: Tensor) -> tuple[Tensor, Tensor]:
        asked.append(coarse)
        return corners(pairs.boxes), torch.randn(COUNT)
    for _ in range(2):
        estimation_figures([batch()], estimate)
    assert torch.equal(*asked)

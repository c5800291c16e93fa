"""Losses have the values that their papers' formulas give by hand."""

from __future__ import annotations

import math

import pytest
import torch

from rat_tracker.training.losses import generalized_overlap
from rat_tracker.training.losses import overlap
from rat_tracker.training.losses import quality_focal_loss

SQUARE = (0.0, 0.0, 4.0, 4.0)
# A second box, and by hand: intersection, union, and the area of the smallest box around both.
PAIRS = {
    'the same': (SQUARE, 16, 16, 16),
    'a corner shared': ((2.0, 2.0, 6.0, 6.0), 4, 28, 36),
    'one inside': ((1.0, 1.0, 3.0, 3.0), 4, 16, 16),
    'apart': ((6.0, 0.0, 8.0, 4.0), 0, 24, 32),
    'an empty one': ((1.0, 1.0, 1.0, 3.0), 0, 16, 16),
}


@pytest.mark.parametrize('name', PAIRS)
def test_overlap_and_generalised_overlap_are_those_by_hand(name: str) -> None:
    other, shared, union, around = PAIRS[name]
    boxes = torch.tensor(SQUARE), torch.tensor(other)

    assert overlap(*boxes).item() == pytest.approx(shared / union)
    assert generalized_overlap(*boxes).item() == pytest.approx(
        shared / union - (around - union) / around)


def test_two_empty_boxes_overlap_by_nothing() -> None:
    empty = torch.zeros(4)

    assert overlap(empty, empty).item() == 0
    assert math.isfinite(generalized_overlap(empty, empty).item())


def test_generalised_overlap_draws_boxes_together_that_do_not_touch() -> None:
    box = torch.tensor([6.0, 0.0, 8.0, 4.0], requires_grad=True)
    (1 - generalized_overlap(box, torch.tensor(SQUARE))).backward()  # type: ignore[no-untyped-call]

    assert box.grad is not None
    assert box.grad[0] > 0  # a smaller left edge makes the loss smaller


@pytest.mark.parametrize(('quality', 'target'), [(0.5, 1.0), (0.5, 0.0), (0.8, 0.6), (0.1, 0.9)])
def test_quality_focal_loss_is_the_formula(quality: float, target: float) -> None:
    logit = torch.tensor(math.log(quality / (1 - quality)))
    expected = -abs(target - quality) ** 2 * (
        (1 - target) * math.log(1 - quality) + target * math.log(quality))

    assert quality_focal_loss(logit, torch.tensor(target)).item() == pytest.approx(
        expected, rel=1e-5)


def test_quality_focal_loss_is_least_at_the_target() -> None:
    assert quality_focal_loss(torch.tensor(0.0), torch.tensor(0.5)).item() == 0

"""The corner head: a box around a coarse place."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.corner_head import CornerHead
from rat_tracker.networks.corner_head import EXTENT
from rat_tracker.networks.corner_head import looked_at

TEMPLATE_BOXES = torch.tensor([[80.0, 88, 96, 80], [96.0, 64, 64, 128]])


def layers(seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(2, 40, 32, 32, generator=generator),
            torch.randn(2, 112, 16, 16, generator=generator))


def head(*, masks: bool = True) -> CornerHead:
    torch.manual_seed(0)
    return CornerHead(masks=masks)


def test_before_training_a_box_is_the_coarse_one() -> None:
    network = head()
    coarse = torch.tensor([[100.0, 90, 48, 60], [30.0, 150, 80, 40]])
    template = network.encode(*layers(1), TEMPLATE_BOXES)
    boxes = network(*layers(2), template, coarse).boxes
    wanted = torch.cat((coarse[:, :2], coarse[:, :2] + coarse[:, 2:]), 1)
    # The bells around the corners are cut off where what is looked at ends.
    assert ((boxes - wanted).abs() < 0.06 * coarse[:, 2:].repeat(1, 2)).all()


def test_what_is_looked_at_has_the_same_middle_and_is_larger() -> None:
    looked = looked_at(torch.tensor([[100.0, 90, 48, 60]]))
    assert looked[0].tolist() == pytest.approx(
        [124 - 24 * EXTENT, 120 - 30 * EXTENT, 48 * EXTENT, 60 * EXTENT])


def test_templates_have_unit_length_and_quality_is_one_number_each() -> None:
    network = head()
    template = network.encode(*layers(1), TEMPLATE_BOXES)
    torch.testing.assert_close(template.norm(dim=2), torch.ones(2, 64))
    prediction = network(*layers(2), template, TEMPLATE_BOXES)
    assert prediction.quality.shape == (2,)
    assert prediction.mask.shape == (2, 16, 16)


def test_without_masks_none_come_out() -> None:
    network = head(masks=False)
    template = network.encode(*layers(1), TEMPLATE_BOXES)
    assert network(*layers(2), template, TEMPLATE_BOXES).mask is None


def test_it_learns_to_see_where_a_blot_ends() -> None:
    network = head(masks=False)
    optimizer = torch.optim.AdamW(network.parameters(), 5e-3)
    generator = torch.Generator().manual_seed(1)
    errors = []
    for _ in range(30):
        true = torch.rand(8, 4, generator=generator) * 40 + torch.tensor([60.0, 60, 40, 40])
        fine = torch.zeros(8, 40, 32, 32)
        points = (torch.arange(32) + 0.5) * 8
        inside_x = (points >= true[:, :1]) & (points < true[:, :1] + true[:, 2:3])
        inside_y = (points >= true[:, 1:2]) & (points < true[:, 1:2] + true[:, 3:])
        fine[:, :4] = (inside_y[:, :, None] & inside_x[:, None, :])[:, None].float()
        deep = F.avg_pool2d(fine, 2)[:, :1].expand(-1, 112, -1, -1)
        coarse = torch.tensor([[80.0, 80, 60, 60]]).expand(8, -1)
        boxes = network(fine, deep, network.encode(fine, deep, true), coarse).boxes
        error = (boxes - torch.cat((true[:, :2], true[:, :2] + true[:, 2:]), 1)).abs().mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    assert sum(errors[-5:]) < 0.7 * sum(errors[:5])

"""The box head: a template in, a quality and a box for each cell out."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rat_tracker.networks.box_head import boxes_of
from rat_tracker.networks.box_head import BoxHead
from rat_tracker.networks.box_head import cell_points
from rat_tracker.networks.box_head import UNIT

BOX = torch.tensor([[80.0, 96.0, 96.0, 64.0]])


@pytest.fixture
def head() -> BoxHead:
    torch.manual_seed(1)
    return BoxHead().eval()


def features(count: int = 1, size: int = 16, seed: int = 2) -> tuple[Tensor, Tensor]:
    """Return random features of both strides, of patches 16·size pixels wide and high."""
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(count, 40, 2 * size, 2 * size, generator=generator),
            torch.randn(count, 112, size, size, generator=generator))


def test_predicts_quality_and_four_distances_at_each_cell(head: BoxHead) -> None:
    prediction = head(*features(3), head.encode(*features(3), BOX.expand(3, -1)))
    assert prediction.quality.shape == (3, 16, 16)
    assert prediction.distances.shape == (3, 4, 16, 16)


def test_an_untrained_head_expects_a_usual_target_everywhere_and_is_sure_of_none(
        head: BoxHead) -> None:
    prediction = head(*features(), head.encode(*features(), BOX))
    assert prediction.distances.eq(UNIT).all()
    assert prediction.quality.sigmoid().lt(0.1).all()


def test_distances_are_positive_and_finite_whatever_the_features(head: BoxHead) -> None:
    for weight in head.distances.parameters():
        torch.nn.init.normal_(weight, std=1e3)
    fine, coarse = features()
    prediction = head(1e4 * fine, 1e4 * coarse, head.encode(fine, coarse, BOX))
    assert prediction.distances.isfinite().all()
    assert prediction.distances.gt(0).all()


def test_a_template_describes_what_is_in_its_box_and_around_it_only(head: BoxHead) -> None:
    fine, coarse = features()
    before = head.encode(fine, coarse, torch.tensor([[32.0, 32.0, 64.0, 64.0]]))
    fine[:, :, 24:], coarse[:, :, 12:] = 0, 0  # below 192 pixels; the template ends at 109
    after = head.encode(fine, coarse, torch.tensor([[32.0, 32.0, 64.0, 64.0]]))
    for one, other in zip(before, after, strict=True):
        assert torch.equal(one, other)


def test_kernels_have_unit_length(head: BoxHead) -> None:
    kernels = head.encode(*features(), BOX).kernels
    torch.testing.assert_close(kernels.norm(dim=2), torch.ones(1, 49))


def test_the_same_target_correlates_fully_with_itself(head: BoxHead) -> None:
    # A box whose template cells fall on the middles of the map's cells.
    box = torch.tensor([[24.0, 24.0, 80.0, 80.0]])
    fine, coarse = features()
    kernels = head.encode(fine, coarse, box).kernels
    middle = kernels[:, 24]  # of the template, at (64, 64): between four cells of the map
    cells = torch.nn.functional.normalize(
        head.correlated(head.join_layers(fine, coarse))[:, :, 3:5, 3:5].mean((2, 3)), dim=1)
    torch.testing.assert_close(middle, cells)


def test_each_target_of_a_batch_has_its_own_template(head: BoxHead) -> None:
    fine, coarse = features(2)
    together = head.encode(fine, coarse, torch.cat((BOX, BOX + 8)))
    alone = head.encode(fine[1:], coarse[1:], BOX + 8)
    for one, other in zip(together, alone, strict=True):
        torch.testing.assert_close(one[1:], other)


def test_boxes_surround_the_points_of_their_cells() -> None:
    distances = torch.tensor([8.0, 4, 2, 1])[None, :, None, None].expand(1, 4, 2, 3)
    boxes = boxes_of(distances)
    points = cell_points(2, 3)
    assert points[1, 2].tolist() == [40, 24]
    assert boxes[0, 1, 2].tolist() == [32, 20, 42, 25]


def test_standardised_features_have_no_mean_and_unit_deviation(head: BoxHead) -> None:
    fine, coarse = features(4)
    joined = head.join_layers(3 * fine + 1, 5 * coarse - 2)
    head.standardise(joined.mean((0, 2, 3)), joined.std((0, 2, 3)))
    standardised = head._join(3 * fine + 1, 5 * coarse - 2)
    torch.testing.assert_close(standardised.mean((0, 2, 3)), torch.zeros(272), atol=1e-5, rtol=0)
    torch.testing.assert_close(standardised.std((0, 2, 3)), torch.ones(272))

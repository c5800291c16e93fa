"""Features of boxes: at points, and as exact means."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.box_features import pool_boxes
from rat_tracker.networks.box_features import pool_boxes_with_slopes
from rat_tracker.networks.box_features import sample_boxes

STRIDE = 8


def features(seed: int, rows: int = 7, columns: int = 9) -> Tensor:
    return torch.randn(1, 2, rows, columns, generator=torch.Generator().manual_seed(seed))


def integrated(values: Tensor, box: tuple[float, float, float, float], cells: int) -> Tensor:
    """Return the means that ``pool_boxes`` gives, from features at 200×200 points of each part."""
    points = 200
    # With a border of zeros, so that what is bilinear goes on outside of the map.
    padded = F.pad(values, (2, 2, 2, 2))
    x = (np.arange(cells * points) + 0.5) / (cells * points) * box[2] + box[0] + 2 * STRIDE
    y = (np.arange(cells * points) + 0.5) / (cells * points) * box[3] + box[1] + 2 * STRIDE
    size = padded.shape[3] * STRIDE, padded.shape[2] * STRIDE
    grid = torch.stack(torch.meshgrid(
        torch.tensor(x / size[0] * 2 - 1), torch.tensor(y / size[1] * 2 - 1), indexing='xy'), 2)
    dense = F.grid_sample(padded.double(), grid[None], align_corners=False)
    return F.avg_pool2d(dense, points)


@pytest.mark.parametrize('box', [
    (16.0, 8.0, 40.0, 30.0),  # inside
    (20.3, 11.7, 3.1, 4.9),  # smaller than a cell
    (-15.0, -9.5, 60.0, 44.0),  # reaches over the edge
])
@pytest.mark.parametrize('cells', [1, 3, 5])
def test_means_of_parts_are_those_that_integration_gives(
        box: tuple[float, float, float, float], cells: int) -> None:
    values = features(1)
    pooled = pool_boxes(values, torch.tensor([[box]]), cells, STRIDE)[:, 0]
    torch.testing.assert_close(
        pooled.double(), integrated(values, box, cells), rtol=0, atol=1e-4)


def test_the_gradient_in_the_box_is_that_of_finite_differences() -> None:
    values = features(2).double()
    weights = torch.randn(2, 3, 3, generator=torch.Generator().manual_seed(3)).double()
    # The second begins at the middle of a cell, where two pieces of the integral meet.
    boxes = torch.tensor([[[17.0, 9.0, 30.5, 26.0], [4.0, 12.0, 9.0, 36.0]]]).double()

    assert torch.autograd.gradcheck(
        lambda boxes: (pool_boxes(values, boxes, 3, STRIDE) * weights).sum((2, 3, 4)),
        boxes.requires_grad_())


def test_the_derivative_that_is_written_out_is_that_of_the_graph() -> None:
    values = torch.cat((features(2), features(6))).double()
    boxes = torch.tensor([[[17.0, 9.0, 30.5, 26.0], [4.0, 12.0, 9.0, 36.0]],
                          [[-9.0, 3.0, 70.0, 20.0], [40.0, 30.0, 6.0, 5.0]]]).double()
    pooled = pool_boxes(values, boxes.requires_grad_(), 3, STRIDE)
    weights = torch.randn(pooled.shape, generator=torch.Generator().manual_seed(3)).double()
    wanted, = torch.autograd.grad((pooled * weights).sum(), boxes)

    with torch.inference_mode():
        found, gradient = pool_boxes_with_slopes(values, boxes, 3, STRIDE)
        torch.testing.assert_close(found, pooled.detach())
        torch.testing.assert_close(gradient(weights), wanted)


def test_a_point_at_the_middle_of_a_cell_gives_that_cell() -> None:
    values = features(4)
    # Two points each way: at 20 and 28, the middles of the third and the fourth cell.
    box = torch.tensor([[16.0, 16.0, 16.0, 16.0]])
    torch.testing.assert_close(
        sample_boxes(values, box, 2, STRIDE), values[:, :, 2:4, 2:4])


def test_what_is_outside_of_the_map_is_zero() -> None:
    far = torch.tensor([[-100.0, 0.0, 20.0, 20.0]])
    assert not sample_boxes(features(5), far, 3, STRIDE).any()
    assert not pool_boxes(features(5), far[:, None], 3, STRIDE).any()

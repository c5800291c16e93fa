"""Features of boxes in a map: at points that are spread over a box, or means of its parts.

A map of stride s has one value for each s×s pixels of the patch, at their middle: cell ``k``
stands for the coordinate ``s · (k + ½)``. Outside the map features are zero.
"""

from __future__ import annotations

import torch
from torch import Tensor
import torch.nn.functional as F


def sample_boxes(features: Tensor, boxes: Tensor, cells: int, stride: int) -> Tensor:
    """Return features at points that are spread evenly over boxes, bilinear between cells.

    :param features: N×C×rows×columns
    :param boxes: N×4, left, top, width, height in patch pixels
    :param cells: points each way; they are the middles of so many equal parts of a box
    :return: N×C×cells×cells
    """
    steps = (torch.arange(cells, device=boxes.device) + 0.5) / cells - 0.5
    side = boxes.new_tensor((features.shape[3], features.shape[2])) * stride
    centers = (boxes[:, :2] + boxes[:, 2:] / 2) / side * 2 - 1
    extents = boxes[:, 2:] / side * 2
    columns = centers[:, :1] + extents[:, :1] * steps
    rows = centers[:, 1:] + extents[:, 1:] * steps
    size = (-1, cells, cells)
    grid = torch.stack((columns[:, None, :].expand(size), rows[:, :, None].expand(size)), 3)
    return F.grid_sample(features, grid, mode='bilinear', align_corners=False)


def pool_boxes(features: Tensor, boxes: Tensor, cells: int, stride: int) -> Tensor:
    """Return exact means of features over equal parts of boxes: precise RoI pooling.

    Between cells features are bilinear, and the mean is their integral over a part, divided by its
    area (Jiang et al., "Acquisition of Localization Confidence", ECCV 2018, eq. 4). Bilinear
    weights are a product of one along rows and one along columns, and so is the integral: two
    products of matrices. Their derivatives with respect to a box are continuous, too.

    :param features: N×C×rows×columns
    :param boxes: N×B×4, left, top, width, height in patch pixels; no side is 0
    :param cells: parts of a box each way
    :return: N×B×C×cells×cells
    """
    rows = _integrals(boxes[..., 1], boxes[..., 3], cells, features.shape[2], stride)
    columns = _integrals(boxes[..., 0], boxes[..., 2], cells, features.shape[3], stride)
    return rows[:, :, None] @ (features[:, None] @ columns.mT[:, :, None])


def _integrals(begin: Tensor, extent: Tensor, cells: int, length: int, stride: int) -> Tensor:
    """Return N×B×cells×length: of each part of a line, how much each cell counts in its mean."""
    parts = torch.arange(cells + 1, device=begin.device) / cells
    edges = (begin[..., None] + extent[..., None] * parts) / stride - 0.5
    passed = _hat_integral(edges[..., None] - torch.arange(length, device=begin.device))
    width = extent / (cells * stride)
    return (passed[..., 1:, :] - passed[..., :-1, :]) / width[..., None, None]


def _hat_integral(end: Tensor) -> Tensor:
    """Return the integral from -∞ of max(0, 1 − |t|), the weight of a cell at the distance t."""
    near = end.clamp(-1, 1)
    return 0.5 + near - near * near.abs() / 2

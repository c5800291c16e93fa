"""Features of boxes in a map: at points that are spread over a box, or means of its parts.

A map of stride s has one value for each s×s pixels of the patch, at their middle: cell ``k``
stands for the coordinate ``s · (k + ½)``. Outside the map features are zero.
"""

from __future__ import annotations

from collections.abc import Callable

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
    rows, columns = _parts_of_boxes(boxes, cells, features, stride)
    along = torch.einsum('nclm,nbjm->nbclj', features, columns.shares)
    return torch.einsum('nbil,nbclj->nbcij', rows.shares, along)


def pool_boxes_with_slopes(
    features: Tensor, boxes: Tensor, cells: int, stride: int,
) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Return what ``pool_boxes`` does, and the derivative with respect to boxes as a function.

    It takes the gradient of a value with respect to what is pooled, N×B×C×cells×cells, and returns
    that with respect to the boxes, N×B×4. No graph is recorded for it.
    """
    rows, columns = _parts_of_boxes(boxes, cells, features, stride)
    # Few boxes: one product of large matrices is faster than many of small ones.
    shares = rows.shares[:, :, :, None, :, None] * columns.shares[:, :, None, :, None, :]
    shares = shares.flatten(4).flatten(1, 3)
    values = features.flatten(2)
    pooled = (shares @ values.mT).view(*boxes.shape[:2], cells, cells, -1)

    def gradient(of_pooled: Tensor) -> Tensor:
        of_parts = of_pooled.permute(0, 1, 3, 4, 2).flatten(1, 3)
        of_shares = (of_parts @ values).view(
            *boxes.shape[:2], cells, cells, *features.shape[2:])
        by_rows = (of_shares * columns.shares[:, :, None, :, None, :]).sum((3, 5))
        by_columns = (of_shares * rows.shares[:, :, :, None, :, None]).sum((2, 4))
        (down, taller), (right, wider) = rows.slopes(), columns.slopes()
        return torch.stack([
            (by * slope).sum((2, 3)) for by, slope in (
                (by_columns, right), (by_rows, down), (by_columns, wider), (by_rows, taller))], 2)

    return pooled.permute(0, 1, 4, 2, 3), gradient


def _parts_of_boxes(
    boxes: Tensor, cells: int, features: Tensor, stride: int,
) -> tuple[_Parts, _Parts]:
    left, top, width, height = boxes.unbind(2)
    return (_Parts(top, height, cells, features.shape[2], stride),
            _Parts(left, width, cells, features.shape[3], stride))


class _Parts:
    """The equal parts of N×B lines, and how much each cell of a map counts in their means.

    :param begin: N×B, as ``extent`` in patch pixels
    :param length: cells of the map
    """

    def __init__(
        self, begin: Tensor, extent: Tensor, cells: int, length: int, stride: int,
    ) -> None:
        self._edges = torch.arange(cells + 1, device=begin.device) / cells
        positions = (begin[..., None] + extent[..., None] * self._edges) / stride - 0.5
        self._away = positions[..., None] - torch.arange(length, device=begin.device)
        self._extent, self._stride = extent[..., None, None], stride
        self._width = self._extent / (cells * stride)
        self.shares = _differences(_hat_integral(self._away)) / self._width  # N×B×cells×length

    def slopes(self) -> tuple[Tensor, Tensor]:
        """Return the derivatives of the shares with respect to begin and extent."""
        hat = (1 - self._away.abs()).clamp(min=0) / self._stride
        of_begin = _differences(hat) / self._width
        of_extent = _differences(hat * self._edges[:, None]) / self._width
        return of_begin, of_extent - self.shares / self._extent


def _differences(at_edges: Tensor) -> Tensor:
    return at_edges[..., 1:, :] - at_edges[..., :-1, :]


def _hat_integral(end: Tensor) -> Tensor:
    """Return the integral from -∞ of max(0, 1 − |t|), the weight of a cell at the distance t."""
    near = end.clamp(-1, 1)
    return 0.5 + near - near * near.abs() / 2

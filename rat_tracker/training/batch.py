"""What a network learns from in one step: features of pairs of patches, and the truth of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """N pairs of a template and a search patch, all on one device.

    Boxes are centre x, centre y, width, height in patch pixels; the origin is the patch's top left
    corner, and pixel ``i`` covers ``[i, i + 1)``.

    :param template: of each layer the N×C×h×w float32 features of the templates
    :param template_boxes: N×4 float32, the targets in the templates
    :param search: of each layer the N×C×h×w float32 features of the search patches
    :param boxes: N×4 float32, the targets in the search patches; what is there where none is
        present means nothing
    :param present: N bool, whether the search patch shows the target
    :param tight: N bool, whether the box encloses the target closely, so that boxes can be learnt
        from it
    :param expected: N×2 float32, width and height of the target in the search patch if it were as
        large as it was taken to be when the region was chosen
    :param masks: N×M×M float32, M cells each way: how much of each shows the target. Zero where
        that is not known
    :param masked: N bool, whether it is known
    """

    template: tuple[Tensor, ...]
    template_boxes: Tensor
    search: tuple[Tensor, ...]
    boxes: Tensor
    present: Tensor
    tight: Tensor
    expected: Tensor
    masks: Tensor
    masked: Tensor

    def __len__(self) -> int:
        return len(self.boxes)

    def to(self, device: torch.device) -> Batch:
        """Return the batch on a device."""
        return Batch(
            tuple(features.to(device) for features in self.template),
            self.template_boxes.to(device),
            tuple(features.to(device) for features in self.search),
            self.boxes.to(device), self.present.to(device), self.tight.to(device),
            self.expected.to(device), self.masks.to(device), self.masked.to(device))


def corners(boxes: Tensor) -> Tensor:
    """Return left, top, right, bottom of N×4 boxes that are centre and size."""
    half = boxes[:, 2:] / 2
    return torch.cat((boxes[:, :2] - half, boxes[:, :2] + half), 1)


def with_corner(boxes: Tensor) -> Tensor:
    """Return left, top, width, height of N×4 boxes that are centre and size."""
    return torch.cat((boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, 2:]), 1)


def far_corners(boxes: Tensor) -> Tensor:
    """Return left, top, right, bottom of …×4 boxes that are left, top, width, height."""
    return torch.cat((boxes[..., :2], boxes[..., :2] + boxes[..., 2:]), -1)


def search_layers(batches: Iterable[Batch]) -> tuple[Tensor, ...]:
    """Return the features of all search patches of batches, layer by layer."""
    layers = zip(*(batch.search for batch in batches), strict=True)
    return tuple(torch.cat(layer) for layer in layers)

"""From a network's layers to one compact feature map: PCA of the first frame."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
import torch.nn.functional as F

_SMALLEST = 1e-12


class FeatureProjection:
    """Joins layers of different strides on the finest grid and keeps the strongest directions.

    Each layer is scaled to unit RMS, so that none dominates; the basis is that of the first
    frame's patch, around its mean; the result has unit RMS there.

    :param layers: 1×C×rows×columns of the first frame, one a layer
    :param channels: how many directions to keep
    """

    def __init__(self, layers: Sequence[Tensor], channels: int) -> None:
        grid = max((layer.shape[-2:] for layer in layers), key=lambda size: size[0])
        self._grid = (int(grid[0]), int(grid[1]))
        scales = [layer.square().mean().sqrt().clamp_min(_SMALLEST) for layer in layers]
        joined = torch.cat([
            self._resize(layer / scale) for layer, scale in zip(layers, scales, strict=True)], 1)
        vectors = joined.flatten(2)[0].T
        mean = vectors.mean(0)
        centered = vectors - mean
        _, directions = torch.linalg.eigh(centered.T @ centered)
        basis = directions.flip(1)[:, :channels]
        basis = basis / (centered @ basis).square().mean().sqrt().clamp_min(_SMALLEST)
        # Projecting before resizing is the same, both being linear, and resizes fewer channels.
        sizes = [layer.shape[1] for layer in layers]
        self._bases = [
            (part / scale).T.contiguous()
            for part, scale in zip(basis.split(sizes), scales, strict=True)]
        self._offset = -(mean @ basis)[None, :, None, None]

    @property
    def memory_bytes(self) -> int:
        """The bytes that the basis takes."""
        return self._offset.nbytes + sum(part.nbytes for part in self._bases)

    def __call__(self, layers: Sequence[Tensor]) -> Tensor:
        """Return N×channels×rows×columns for layers of N patches."""
        features = self._offset
        for layer, basis in zip(layers, self._bases, strict=True):
            projected = (basis @ layer.flatten(2)).unflatten(2, layer.shape[-2:])
            features = features + self._resize(projected)
        return features

    def _resize(self, layer: Tensor) -> Tensor:
        if layer.shape[-2:] == self._grid:
            return layer
        return F.interpolate(layer, self._grid, mode='bilinear', align_corners=False)

"""Networks to run, patches to show them, and what the networks say to those."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor

SHAPE = (2, 16, 16, 3)


class Edges(nn.Module):
    """A tiny network with two outputs of different sizes."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.fine = nn.Conv2d(3, 4, 3, padding=1)
        self.coarse = nn.Conv2d(4, 5, 3, stride=2)

    def forward(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.fine(patches.permute(0, 3, 1, 2).float())
        return fine, self.coarse(fine)


class Spectrum(nn.Module):
    """A network that ONNX has no words for."""

    def forward(self, patches: Tensor) -> tuple[Tensor]:
        return (torch.linalg.svdvals(patches.float()),)


def patches(seed: int, shape: tuple[int, int, int, int] = SHAPE) -> Tensor:
    return torch.randint(
        0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


def expected(network: nn.Module, shown: Tensor) -> tuple[Tensor, ...]:
    with torch.inference_mode():
        answer: tuple[Tensor, ...] = network.eval()(shown)
    return answer

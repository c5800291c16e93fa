"""Networks to run, patches to show them, and what the networks say to those."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.workload import Workload
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.box_head import BoxHead
from rat_tracker.networks.conditioned import BackboneWithBoxHead
from rat_tracker.weights import EFFICIENTNET_LITE0

SHAPE = (2, 16, 16, 3)
TINTS = ((2, 4), (2, 4))


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


class Tinted(nn.Module):
    """A tiny network that takes two tensors of one shape, ``TINTS``, besides the patches."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.edges = nn.Conv2d(3, 4, 3)

    def forward(self, patches: Tensor, gain: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        edges = self.edges(patches.permute(0, 3, 1, 2).float())
        gain, bias = (value[..., None, None].to(edges.dtype) for value in (gain, bias))
        return edges, edges * gain + bias


class Spectrum(nn.Module):
    """A network that ONNX has no words for."""

    def forward(self, patches: Tensor) -> tuple[Tensor]:
        return (torch.linalg.svdvals(patches.float()),)


def box_head_workload() -> Workload:
    """Return the backbone of ``rat`` and a box head, no weight of which is without effect."""
    shape = (1, 96, 96, 3)
    backbone = EfficientNetLite0(('stride8', 'stride16'), shape[1])
    backbone.load_weights(EFFICIENTNET_LITE0.load())
    torch.manual_seed(0)
    head = BoxHead()
    with torch.no_grad():
        joined = head.join_layers(*backbone.eval()(patches(0, shape)))
        head.standardise(joined.mean((0, 2, 3)), joined.std((0, 2, 3)))
        for value in head.parameters():
            value.add_(0.02 * torch.randn(value.shape))
    network = BackboneWithBoxHead(backbone, head).eval()
    return Workload(network, shape, network.input_shapes())


def patches(seed: int, shape: tuple[int, int, int, int] = SHAPE) -> Tensor:
    return torch.randint(
        0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


def further_inputs(seed: int, shapes: tuple[tuple[int, ...], ...] = TINTS) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for shape in shapes]


def expected(network: nn.Module, shown: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
    with torch.inference_mode():
        answer: tuple[Tensor, ...] = network.eval()(shown, *inputs)
    return answer

"""Networks to run, patches to show them, and what the networks say to those."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.workload import noting_workloads
from rat_tracker.engines.workload import Workload
from rat_tracker.geometry import Box
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.box_head import BoxHead
from rat_tracker.networks.conditioned import BackboneWithBoxHead
from rat_tracker.trackers import create_tracker
from rat_tracker.trackers import TRACKERS
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


class Case(NamedTuple):
    """A workload and three calls, each with the patches and what else the network takes."""

    workload: Workload
    calls: list[tuple[Tensor, ...]]


def cases() -> Iterator[Case]:
    """Yield every network that a tracker runs, and one that answers noise with more than nothing.

    What trackers are shown is what they show their networks: a trained head says of noise that
    there is no target, and rounding makes much of so little.
    """
    for tracker in TRACKERS:
        yield _tracker_case(tracker)
    workload = box_head_workload()
    yield Case(workload, [
        (patches(seed, workload.patches), *further_inputs(seed, workload.inputs))
        for seed in range(3)])


@cache
def _tracker_case(name: str) -> Case:
    """Return what a tracker shows its network of the second frame, for three targets."""
    from support_rat import CLIP  # noqa: PLC0415 - it takes a second
    with noting_workloads() as noted:
        tracker = create_tracker(name, device='cpu')
    workload, = noted
    engine = tracker._network.engine
    last: tuple[Tensor, ...] = ()

    class Noting:
        def __call__(self, *shown: Tensor) -> tuple[Tensor, ...]:
            nonlocal last
            last = tuple(tensor.clone() for tensor in shown)
            return engine(*shown)

        def __getattr__(self, name: str) -> object:
            return getattr(engine, name)

    tracker._network.engine = Noting()  # type: ignore[assignment]
    calls = []
    first, second, box = CLIP[0].image, CLIP[1].image, CLIP[0].box
    for part in (1.0, 0.8, 0.6):
        tracker.init(first, Box.from_center(
            box.center_x, box.center_y, box.width * part, box.height * part))
        tracker.track(second)
        calls.append(last)
    return Case(workload, calls)


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


def deviation(found: Sequence[Tensor], wanted: Sequence[Tensor]) -> float:
    """Return the root mean square of the differences, over that of what is wanted; the largest."""
    return max(
        float((layer.cpu() - other).square().mean().sqrt() / other.square().mean().sqrt())
        for layer, other in zip(found, wanted, strict=True))

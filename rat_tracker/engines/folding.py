"""Networks with their batch normalisation folded into the convolutions before it."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch import Tensor
from torch.nn.utils.fusion import fuse_conv_bn_eval

# The largest difference that folding may make, in units of a layer's root mean square.
_TOLERANCE = 1e-3


def folded(
    network: nn.Module, patches: tuple[int, int, int, int],
    inputs: tuple[tuple[int, ...], ...] = (),
) -> nn.Module:
    """Return a copy that does the same with fewer passes over the features.

    OpenVINO and TensorRT do this by themselves, torch does not. What follows what is seen by
    running the network, because torch's own way, tracing, disturbs other threads that run
    networks meanwhile. That a convolution feeds nothing but its normalisation cannot be seen: the
    copy has to answer like the network, or else it is not folded.

    :param patches: N×H×W×3, the shape of the patches
    :param inputs: shapes of what else the network takes
    """
    plain = copy.deepcopy(network).eval()
    generator = torch.Generator().manual_seed(0)
    example = (torch.randint(0, 256, patches, dtype=torch.uint8, generator=generator),
               *(torch.randn(shape, generator=generator) for shape in inputs))
    with torch.inference_mode():
        before, pairs = _observe(plain, example)
    candidate = copy.deepcopy(plain)
    for convolution, normalisation in pairs:
        before_it, behind_it = map(candidate.get_submodule, (convolution, normalisation))
        assert isinstance(before_it, nn.Conv2d)
        assert isinstance(behind_it, nn.BatchNorm2d)
        candidate.set_submodule(convolution, fuse_conv_bn_eval(before_it, behind_it))
        candidate.set_submodule(normalisation, nn.Identity())
    with torch.inference_mode():
        after = candidate(*example)
    agree = all(_close(*layers) for layers in zip(after, before, strict=True))
    return candidate if agree else plain


def _observe(
    network: nn.Module, example: tuple[Tensor, ...],
) -> tuple[tuple[Tensor, ...], list[tuple[str, str]]]:
    """Run a network; return its outputs, and which convolution each normalisation follows."""
    made: dict[int, str] = {}
    kept: list[Tensor] = []  # so that no other tensor gets the identity of one that is gone
    pairs: list[tuple[str, str]] = []
    calls: list[str] = []

    def watch(name: str, module: nn.Module) -> Any:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            calls.append(name)
            if isinstance(module, nn.Conv2d):
                made[id(output)] = name
                kept.append(output)
            elif id(inputs[0]) in made:
                pairs.append((made[id(inputs[0])], name))
        return module.register_forward_hook(hook)

    hooks = [watch(name, module) for name, module in network.named_modules()
             if isinstance(module, (nn.Conv2d, nn.BatchNorm2d))]
    outputs = network(*example)
    for hook in hooks:
        hook.remove()
    # A module that is used twice is left alone.
    return outputs, [pair for pair in pairs if all(calls.count(name) == 1 for name in pair)]


def _close(found: Tensor, wanted: Tensor) -> bool:
    scale = wanted.square().mean().sqrt()
    return bool((found - wanted).abs().amax() <= _TOLERANCE * scale)

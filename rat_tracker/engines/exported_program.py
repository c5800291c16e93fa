"""A network as Torch-TensorRT takes it."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor
from torch.export import ExportedProgram

from rat_tracker.engines.folding import folded
from rat_tracker.engines.mixed_precision import halve_weights
from rat_tracker.engines.mixed_precision import MixedPrecision


def exported_program(
    network: nn.Module, patches: tuple[int, int, int, int], precision: str, device: str,
) -> tuple[ExportedProgram, tuple[Tensor]]:
    """Return a network with float32 patches as its input, and an example of them.

    Types are spelled out in the program, as TensorRT wants them, and only there: batch
    normalisation, whose weights stay float32, is folded, and the other weights are converted.

    :param patches: N×H×W×3, the shape of the input
    :param precision: ``float32`` or ``float16``
    :param device: where the program is to run, ``cpu`` or ``cuda``
    """
    network = folded(network, patches)
    if precision == 'float16':
        halve_weights(network)
    # TensorRT takes uint8 as an input but computes nothing with it.
    example = (torch.zeros(patches, device=device),)
    whole = MixedPrecision(network, precision, device).eval().to(device)
    with torch.no_grad():
        program = torch.export.export(whole, example)
        # What autocast does becomes part of the program; nothing else is taken apart yet.
        return program.run_decompositions({}), example

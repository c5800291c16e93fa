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
    inputs: tuple[tuple[int, ...], ...] = (),
) -> tuple[ExportedProgram, tuple[Tensor, ...]]:
    """Return a network whose inputs are all float32, patches too, and an example of them.

    Types are spelled out in the program, as TensorRT wants them, and only there: batch
    normalisation, whose weights stay float32, is folded, and the other weights are converted.

    :param patches: N×H×W×3, the shape of the patches
    :param precision: ``float32`` or ``float16``
    :param device: where the program is to run, ``cpu`` or ``cuda``
    :param inputs: shapes of what else the network takes
    """
    network = folded(network, patches, inputs)
    if precision == 'float16':
        halve_weights(network)
    # TensorRT takes uint8 as an input but computes nothing with it.
    example = tuple(torch.zeros(shape, device=device) for shape in (patches, *inputs))
    whole = MixedPrecision(network, precision, device).eval().to(device)
    with torch.no_grad():
        program = torch.export.export(whole, example)
        # What autocast does becomes part of the program; nothing else is taken apart yet.
        return program.run_decompositions({}), example

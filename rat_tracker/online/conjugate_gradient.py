"""Conjugate gradient for symmetric positive definite systems with several right-hand sides."""

from __future__ import annotations

import torch
from torch import Tensor

# Keeps a finished column, whose residual is zero, from dividing zero by zero.
_SMALLEST = 1e-20


def conjugate_gradient(
    matrix: Tensor, targets: Tensor, start: Tensor, iterations: int,
) -> Tensor:
    """Improve ``start`` as a solution of ``matrix @ x = targets``, every column on its own.

    The number of iterations is fixed and nothing is read back, so the loop never waits for the
    device.

    :param matrix: n×n, symmetric positive definite
    :param targets: n×k
    :param start: n×k
    :return: n×k
    """
    solution = start.clone()
    residual = targets - matrix @ solution
    direction = residual.clone()
    energy = residual.square().sum(0)
    for _ in range(iterations):
        image = matrix @ direction
        step = energy / (direction * image).sum(0).clamp_min(_SMALLEST)
        solution.addcmul_(direction, step)
        residual.addcmul_(image, step, value=-1)
        next_energy = residual.square().sum(0)
        direction = torch.addcmul(
            residual, direction, next_energy / energy.clamp_min(_SMALLEST))
        energy = next_energy
    return solution

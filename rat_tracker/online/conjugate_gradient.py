"""Conjugate gradient for symmetric positive definite systems with several right-hand sides."""

from __future__ import annotations

import torch
from torch import Tensor

# Keeps a finished row, whose residual is zero, from dividing zero by zero.
_SMALLEST = 1e-20


def conjugate_gradient(
    matrix: Tensor, targets: Tensor, start: Tensor, iterations: int,
) -> Tensor:
    """Improve ``start`` as a solution of ``x @ matrix = targets``, every row on its own.

    For the part filters this descends the part loss of
    ``rat_tracker.online.part_filters.PartFilters``.

    The number of iterations is fixed and nothing is read back, so the loop never waits for the
    device. Solutions are rows, because a product with few rows is four times as fast on a CPU as
    one with few columns.

    :param matrix: n×n, symmetric positive definite
    :param targets: k×n
    :param start: k×n
    :return: k×n
    """
    solution = start.clone()
    residual = targets - solution @ matrix
    direction = residual.clone()
    energy = residual.square().sum(1, keepdim=True)
    for _ in range(iterations):
        image = direction @ matrix
        step = energy / (direction * image).sum(1, keepdim=True).clamp_min(_SMALLEST)
        solution.addcmul_(direction, step)
        residual.addcmul_(image, step, value=-1)
        next_energy = residual.square().sum(1, keepdim=True)
        direction = torch.addcmul(
            residual, direction, next_energy / energy.clamp_min(_SMALLEST))
        energy = next_energy
    return solution

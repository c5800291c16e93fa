"""Conjugate gradient against a direct solution."""

from __future__ import annotations

from itertools import pairwise

import pytest
from support_maps import Readings
import torch
from torch import Tensor

from rat_tracker.online.conjugate_gradient import conjugate_gradient

SIZE, ROWS = 40, 9


@pytest.fixture
def system() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    factor = torch.randn(SIZE, SIZE, generator=random, dtype=torch.float64)
    matrix = factor @ factor.T / SIZE + torch.eye(SIZE, dtype=torch.float64)
    return matrix, torch.randn(ROWS, SIZE, generator=random, dtype=torch.float64)


def test_it_reaches_the_direct_solution(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system

    solution = conjugate_gradient(matrix, targets, torch.zeros_like(targets), SIZE)

    torch.testing.assert_close(solution, torch.linalg.solve(matrix, targets, left=False))


def test_it_reaches_the_direct_solution_in_single_precision(
    system: tuple[Tensor, Tensor],
) -> None:
    matrix, targets = (tensor.float() for tensor in system)

    solution = conjugate_gradient(matrix, targets, torch.zeros_like(targets), SIZE)

    torch.testing.assert_close(
        solution, torch.linalg.solve(matrix, targets, left=False), rtol=1e-4, atol=1e-4)


def test_every_iteration_comes_nearer(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    exact = torch.linalg.solve(matrix, targets, left=False)
    errors = [
        float((conjugate_gradient(matrix, targets, torch.zeros_like(targets), iterations)
               - exact).norm())
        for iterations in range(10)]

    assert all(after < before for before, after in pairwise(errors))


def test_no_iteration_leaves_the_start(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    start = torch.ones_like(targets)

    assert torch.equal(conjugate_gradient(matrix, targets, start, 0), start)


def test_every_row_is_a_system_of_its_own(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    start = torch.zeros_like(targets)
    together = conjugate_gradient(matrix, targets, start, 5)

    for row in range(ROWS):
        part = slice(row, row + 1)
        alone = conjugate_gradient(matrix, targets[part], start[part], 5)
        torch.testing.assert_close(together[part], alone)


def test_a_finished_row_stays_as_it_is(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    targets[0] = 0
    start = torch.zeros_like(targets)

    solution = conjugate_gradient(matrix, targets, start, 3 * SIZE)

    assert torch.equal(solution[0], start[0])
    torch.testing.assert_close(solution, torch.linalg.solve(matrix, targets, left=False))


def test_start_is_left_alone(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    start = torch.zeros_like(targets)

    conjugate_gradient(matrix, targets, start, 3)

    assert not start.any()


def test_nothing_is_read_back_from_the_device(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    with Readings() as readings:
        conjugate_gradient(matrix, targets, torch.zeros_like(targets), 5)
    assert readings.names == []

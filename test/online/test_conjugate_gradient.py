"""Conjugate gradient against a direct solution."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from rat_tracker.online.conjugate_gradient import conjugate_gradient

SIZE, COLUMNS = 40, 9


@pytest.fixture
def system() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    factor = torch.randn(SIZE, SIZE, generator=random, dtype=torch.float64)
    matrix = factor @ factor.T / SIZE + torch.eye(SIZE, dtype=torch.float64)
    return matrix, torch.randn(SIZE, COLUMNS, generator=random, dtype=torch.float64)


def test_it_reaches_the_direct_solution(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system

    solution = conjugate_gradient(matrix, targets, torch.zeros_like(targets), SIZE)

    torch.testing.assert_close(solution, torch.linalg.solve(matrix, targets))


def test_it_reaches_the_direct_solution_in_single_precision(
    system: tuple[Tensor, Tensor],
) -> None:
    matrix, targets = (tensor.float() for tensor in system)

    solution = conjugate_gradient(matrix, targets, torch.zeros_like(targets), SIZE)

    torch.testing.assert_close(
        solution, torch.linalg.solve(matrix, targets), rtol=1e-4, atol=1e-4)


def test_every_iteration_comes_nearer(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    exact = torch.linalg.solve(matrix, targets)
    errors = [
        float((conjugate_gradient(matrix, targets, torch.zeros_like(targets), iterations)
               - exact).norm())
        for iterations in range(10)]

    assert all(after < before for before, after in pairwise(errors))


def test_no_iteration_leaves_the_start(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    start = torch.ones_like(targets)

    assert torch.equal(conjugate_gradient(matrix, targets, start, 0), start)


def test_every_column_is_a_system_of_its_own(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    start = torch.zeros_like(targets)
    together = conjugate_gradient(matrix, targets, start, 5)

    for column in range(COLUMNS):
        part = slice(column, column + 1)
        alone = conjugate_gradient(matrix, targets[:, part], start[:, part], 5)
        torch.testing.assert_close(together[:, part], alone)


def test_a_finished_column_stays_as_it_is(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    targets[:, 0] = 0
    start = torch.zeros_like(targets)

    solution = conjugate_gradient(matrix, targets, start, 3 * SIZE)

    assert torch.equal(solution[:, 0], start[:, 0])
    torch.testing.assert_close(solution, torch.linalg.solve(matrix, targets))


def test_start_is_left_alone(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    start = torch.zeros_like(targets)

    conjugate_gradient(matrix, targets, start, 3)

    assert not start.any()


class _Readings(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts how often a value is read back from the device."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0

    def __torch_dispatch__(
        self, operation: Any, types: Any, arguments: Any = (), keywords: Any = None,
    ) -> Any:
        self.count += operation is torch.ops.aten._local_scalar_dense.default
        return operation(*arguments, **(keywords or {}))


def test_nothing_is_read_back_from_the_device(system: tuple[Tensor, Tensor]) -> None:
    matrix, targets = system
    with _Readings() as readings:
        conjugate_gradient(matrix, targets, torch.zeros_like(targets), 5)
        assert readings.count == 0
        float(targets[0, 0])
        assert readings.count == 1

"""The normal equations are exactly those of the windows written out one by one."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rat_tracker.online.normal_equations import NormalEquations
from rat_tracker.online.response import gaussian_label

ROWS, COLUMNS, CHANNELS = 6, 7, 3
OFFSETS = [(-1, 0), (2, -1)]
PLACE = torch.tensor([2.3, 3.6], dtype=torch.float64)
SIGMA = 1.2


def random_map(channels: int, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(ROWS, COLUMNS, channels, generator=random, dtype=torch.float64)


def windows(features: Tensor, kernel_size: int, margin: int) -> Tensor:
    """Return what the filter touches at every place, zeros outside the map, a row a place."""
    rows, columns, channels = features.shape
    padded = features.new_zeros(rows + 2 * margin, columns + 2 * margin, channels)
    padded[margin:margin + rows, margin:margin + columns] = features
    return torch.stack([
        padded[row:row + kernel_size, column:column + kernel_size].flatten()
        for row in range(padded.shape[0] - kernel_size + 1)
        for column in range(padded.shape[1] - kernel_size + 1)])


@pytest.mark.parametrize('kernel_size', [1, 3, 5])
def test_matrix_counts_every_position_that_the_filter_touches(kernel_size: int) -> None:
    features = random_map(CHANNELS)
    equations = NormalEquations(kernel_size, OFFSETS, SIGMA)

    matrix = equations.matrix(equations.autocorrelation(features), 0.0)

    touched = windows(features, kernel_size, kernel_size - 1)
    torch.testing.assert_close(matrix, touched.T @ touched)


def labels(margin: int) -> Tensor:
    """Return what the filters are to answer at every place of a map with a margin."""
    rows, columns = ROWS + 2 * margin, COLUMNS + 2 * margin
    return torch.stack([
        gaussian_label(PLACE + margin + torch.tensor(offset), rows, columns, SIGMA).flatten()
        for offset in OFFSETS], 1)


@pytest.mark.parametrize('kernel_size', [1, 3, 5])
def test_targets_are_the_labels_seen_through_the_windows(kernel_size: int) -> None:
    """Wherever the filter touches the map, beyond its edges too."""
    features = random_map(CHANNELS)

    targets = NormalEquations(kernel_size, OFFSETS, SIGMA).targets(features, PLACE)

    touched = windows(features, kernel_size, kernel_size - 1)
    torch.testing.assert_close(targets, (touched.T @ labels(kernel_size // 2)).T)


def test_regularisation_is_a_fraction_of_the_mean_energy() -> None:
    equations = NormalEquations(3, OFFSETS, SIGMA)
    correlations = equations.autocorrelation(random_map(CHANNELS))
    plain = equations.matrix(correlations, 0.0)

    added = equations.matrix(correlations, 0.3) - plain

    expected = 0.3 * plain.diagonal().mean() * torch.eye(len(plain), dtype=torch.float64)
    torch.testing.assert_close(added, expected)


def test_sum_of_samples_gives_the_sum_of_matrices() -> None:
    equations = NormalEquations(3, OFFSETS, SIGMA)
    first, second = (equations.autocorrelation(random_map(CHANNELS, seed)) for seed in (1, 2))

    torch.testing.assert_close(
        equations.matrix(0.2 * first + 0.8 * second, 0.0),
        0.2 * equations.matrix(first, 0.0) + 0.8 * equations.matrix(second, 0.0))


def test_solution_gives_the_labels() -> None:
    """With more weights than places, filters exist that answer with any labels."""
    equations = NormalEquations(5, OFFSETS, SIGMA)
    features = random_map(30)
    matrix = equations.matrix(equations.autocorrelation(features), 1e-9)

    filters = torch.linalg.solve(matrix, equations.targets(features, PLACE), left=False)

    answers = windows(features, 5, 4) @ filters.T
    torch.testing.assert_close(answers, labels(2), atol=1e-4, rtol=1e-4)

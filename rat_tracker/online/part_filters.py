"""Part-based filters: each follows one part of the target, and all vote for its centre (rat, 2.2).

The target is cut into a grid of parts. Filter ``l`` regresses a Gaussian centred on part ``l``; a
fixed kernel moves each part's map by the part's offset and sums them, so that the parts agree at
the target's centre even when some are hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import math

import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.conjugate_gradient import conjugate_gradient
from rat_tracker.online.normal_equations import NormalEquations
from rat_tracker.online.sample_memory import SampleMemory


@dataclass(frozen=True)
class PartFilterParameters:
    """How the filters are shaped and how they learn; a tracker gives the values."""

    grid: int  # parts in each direction; 1 gives one filter for the whole target
    kernel_size: int  # cells, odd
    label_sigma: float  # width of the label, as a fraction of the target's side
    regularisation: float  # λ2, as a fraction of the mean of A's diagonal
    memory: int  # T, frames that the filters learn from
    initial_share: float  # weight that the first frame keeps beside them
    initial_iterations: int  # conjugate gradient steps at the start
    iterations: int  # conjugate gradient steps of an update


class PartFilters:
    """Filters w^(l) that learn one target's parts: nine of them on a 3×3 grid.

    What they minimise over the frames in memory, ``‖·‖²`` being sums over all cells:

        L(w) = Σ_l ‖w^(l) * x^L − y^(l)‖² + λ2 ‖w‖²

    The paper divides the first sum by the number of cells; here λ2 is a fraction of the mean of
    the normal equations' diagonal instead, and does not depend on the size of the map.

    :param samples: S×C×rows×columns, features of the first frame and its variations
    :param centers: S×2, row and column of the target's centre in each sample, in cells
    :param target_rows: the target's height in cells; constant, since the region scales with it
    :param target_columns: the target's width in cells
    """

    def __init__(
        self, parameters: PartFilterParameters, samples: Tensor, centers: Tensor,
        target_rows: float, target_columns: float,
    ) -> None:
        self._parameters = parameters
        self._offsets = part_offsets(parameters.grid, target_rows, target_columns)
        self._votes = PartVotes(self._offsets, samples.device)
        self._equations = NormalEquations(
            parameters.kernel_size, self._offsets,
            parameters.label_sigma * math.sqrt(target_rows * target_columns), samples.device)
        statistics = [self._statistics(features, position)
                      for features, position in zip(samples, centers, strict=True)]
        self._memory = SampleMemory(
            tuple(torch.stack(tensors) for tensors in zip(*statistics, strict=True)),
            parameters.memory, parameters.initial_share)
        channels, size = samples.shape[1], parameters.kernel_size
        self._weights = samples.new_zeros(len(self._offsets), size ** 2 * channels)
        # The same as a convolution wants them.
        self._filters = samples.new_zeros(len(self._offsets), channels, size, size)
        self._solve(parameters.initial_iterations)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All that ``learn`` and ``update`` change."""
        return (*self._memory.tensors, self._weights, self._filters)

    @property
    def memory_bytes(self) -> int:
        """The bytes that the training samples and the filters take."""
        return self._memory.memory_bytes + self._weights.nbytes + self._filters.nbytes

    def respond(self, features: Tensor) -> Tensor:
        """Return where the target's centre is: the mean vote of all parts.

        :param features: N×C×rows×columns
        :return: N×rows×columns, about 1 where the target's centre is
        """
        parts = F.conv2d(features, self._filters, padding=self._parameters.kernel_size // 2)
        rows, columns = self._votes.reach
        return self._votes(F.pad(parts, (columns, columns, rows, rows)))

    def margin(self) -> tuple[int, int]:
        """Return on how many rows and columns around a cell the response there depends."""
        rows, columns = self._votes.reach
        half = self._parameters.kernel_size // 2
        return rows + half, columns + half

    def respond_within(self, features: Tensor) -> Tensor:
        """Return the responses at least ``margin`` cells from the edges, where all parts vote.

        :param features: N×C×rows×columns
        :return: N×(rows − 2 margin)×(columns − 2 margin)
        """
        return self._votes(F.conv2d(features, self._filters))

    def learn(self, features: Tensor, position: Tensor) -> None:
        """Remember one frame; ``update`` then changes the filters.

        :param features: C×rows×columns
        :param position: row and column of the target's centre, in cells
        """
        self._memory.add(*self._statistics(features, position))

    def update(self) -> None:
        """Fit the filters to the memory, a few conjugate gradient steps further."""
        self._solve(self._parameters.iterations)

    def _statistics(self, features: Tensor, position: Tensor) -> tuple[Tensor, Tensor]:
        cells = features.permute(1, 2, 0).contiguous()
        return self._equations.autocorrelation(cells), self._equations.targets(cells, position)

    def _solve(self, iterations: int) -> None:
        correlations, targets = self._memory.mean()
        matrix = self._equations.matrix(correlations, self._parameters.regularisation)
        self._weights.copy_(  # eq. 10: L(w), whose gradient is zero where w A = targets
            conjugate_gradient(matrix, targets, self._weights, iterations))
        size = self._parameters.kernel_size
        self._filters.copy_(
            self._weights.view(len(self._offsets), size, size, -1).permute(0, 3, 1, 2))


def part_offsets(grid: int, target_rows: float, target_columns: float) -> list[tuple[int, int]]:
    """Return where the parts' centres lie from the target's: (dy, dx), in whole cells.

    Whole cells make the votes exact; the labels use the same rounded positions, so nothing
    is lost by the rounding.
    """
    fractions = [(index - (grid - 1) / 2) / grid for index in range(grid)]
    return [(round(dy * target_rows), round(dx * target_columns))
            for dy in fractions for dx in fractions]


class PartVotes:
    """The mean of the parts' maps, each moved by its part's offset to the centre.

    This is the paper's fixed kernel, which has one tap in each channel, written as a look-up.

    :param offsets: where each part lies from the target's centre: (dy, dx), in cells
    """

    def __init__(
        self, offsets: Sequence[tuple[int, int]], device: torch.device | None = None,
    ) -> None:
        self.reach = max(abs(dy) for dy, _ in offsets), max(abs(dx) for _, dx in offsets)
        self._offsets = offsets
        self._device = device
        self._cells: dict[tuple[int, int], Tensor] = {}

    def __call__(self, parts: Tensor) -> Tensor:
        """Return the votes where all parts have one.

        :param parts: N×L×rows×columns
        :return: N×(rows − 2 reach)×(columns − 2 reach), with the largest offset each way for a
            ``reach``
        """
        rows, columns = parts.shape[-2:]
        cells = self._cells.get((rows, columns))
        if cells is None:
            cells = self._cells[rows, columns] = self._look_up(rows, columns)
        return parts.flatten(1)[:, cells].mean(1)

    def _look_up(self, rows: int, columns: int) -> Tensor:
        """Return the cell of each part's map, L×rows×columns, that votes for each position."""
        top, left = self.reach
        cells = torch.arange(len(self._offsets) * rows * columns, device=self._device)
        maps = cells.view(-1, rows, columns)
        rows, columns = rows - 2 * top, columns - 2 * left
        return torch.stack([
            part[top + dy:, left + dx:][:rows, :columns]
            for part, (dy, dx) in zip(maps, self._offsets, strict=True)])

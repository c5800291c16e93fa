"""Scale and shape estimation: the sizes that a target is searched at, in one pass of the network.

The paper runs its network on patches of several scales and keeps the one with the best response.
Targets also turn and bend, so a wider and a taller target are tried as well. A few percent larger,
a patch shows almost the same, moved a little towards its middle: its features are made by
resampling those of the one patch that went through the network. docs/performance.md says what that
saves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import math

import torch
from torch import Tensor

from rat_tracker.parameters import require_ranges

_CUBIC = -0.75  # a of the cubic convolution kernel (Keys, 1981); sharper than his own -0.5


@dataclass(frozen=True)
class ShapeParameters:
    """How far one frame's size and shape may differ from the last frame's."""

    scale_step: float = 1.04  # factor on width and height; 1 turns the scale search off
    scale_penalty: float = 0.99  # factor on the response at another scale
    aspect_step: float = 1.04  # factor on the width, divisor of the height; 1 turns it off
    aspect_penalty: float = 0.985  # factor on the response at another shape
    least_peak: float = 0.272  # part of the first response from where on the size may change

    def __post_init__(self) -> None:
        require_ranges(self, scale_step=(1, 1.5), scale_penalty=(0, 1), aspect_step=(1, 1.5),
                       aspect_penalty=(0, 1), least_peak=(0, 10))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A size that the target may have: factors on its width and height, and on the response."""

    width: float
    height: float
    penalty: float


def hypotheses(parameters: ShapeParameters) -> tuple[Hypothesis, ...]:
    """Return the sizes to try in a frame; the first is the size of the frame before."""
    sizes = [Hypothesis(1.0, 1.0, 1.0)]
    step, penalty = parameters.scale_step, parameters.scale_penalty
    if step != 1:
        sizes += [Hypothesis(step, step, penalty), Hypothesis(1 / step, 1 / step, penalty)]
    step, penalty = parameters.aspect_step, parameters.aspect_penalty
    if step != 1:
        sizes += [Hypothesis(step, 1 / step, penalty), Hypothesis(1 / step, step, penalty)]
    return tuple(sizes)


class FeatureResampler:
    """Makes the features of all sizes from those of the first one.

    :param sizes: the first is the one that the features are of
    :param rows: of the features
    :param columns: of the features
    :param reach: how many cells down and across ``near`` looks from the middle
    :param device: where the features are
    """

    def __init__(
        self, sizes: Sequence[Hypothesis], rows: int, columns: int, reach: tuple[int, int],
        device: torch.device | None = None,
    ) -> None:
        down, across = reach
        self._rows = torch.stack([
            _resampling(rows, size.height, down) for size in sizes]).to(device)
        self._columns = torch.stack([
            _resampling(columns, size.width, across).T for size in sizes]).to(device)
        self._inner_rows = slice(down, down + rows)
        self._inner_columns = slice(across, across + columns)
        self._near_rows = torch.arange(2 * down + 1, device=device)
        self._near_columns = torch.arange(2 * across + 1, device=device)

    def near(self, features: Tensor, row: Tensor, column: Tensor) -> Tensor:
        """Return the features of all N sizes around a cell, zeros beyond the map's edges.

        :param features: 1×C×rows×columns
        :param row: of the cell, int64
        :param column: of the cell, int64
        :return: N×C×(2 down + 1)×(2 across + 1)
        """
        channels, rows, columns = features.shape[1:]
        down = self._rows.index_select(1, row + self._near_rows)
        across = self._columns.index_select(2, column + self._near_columns)
        # Rows of all sizes in one product; columns one for each size.
        by_row = features[0].transpose(0, 1).reshape(rows, channels * columns)
        tall = (down.flatten(0, 1) @ by_row).view(len(down), -1, columns)
        resampled = torch.bmm(tall, across)
        return resampled.view(*down.shape[:2], channels, -1).transpose(1, 2)

    def whole(self, features: Tensor, number: Tensor) -> Tensor:
        """Return the features of one size, C×rows×columns.

        :param features: 1×C×rows×columns
        :param number: which size; one int64
        """
        down = self._rows.index_select(0, number)[0, self._inner_rows]
        across = self._columns.index_select(0, number)[0, :, self._inner_columns]
        return down @ (features[0] @ across)


def _resampling(cells: int, factor: float, margin: int) -> Tensor:
    """Return the matrix that samples a line of cells ``factor`` times as long, same middle.

    Cubic convolution; where a sample lies beyond the ends, the line goes on as it ended.

    :param margin: how many lines of zeros to put before and behind the samples
    :return: (cells + 2 margin)×cells
    """
    matrix = torch.zeros(cells + 2 * margin, cells)
    for cell in range(cells):
        place = (cell + 0.5 - cells / 2) * factor + cells / 2 - 0.5
        first = math.floor(place) - 1
        for tap in range(first, first + 4):
            matrix[margin + cell, min(max(tap, 0), cells - 1)] += _cubic(abs(place - tap))
    return matrix


def _cubic(distance: float) -> float:
    if distance <= 1:
        return (_CUBIC + 2) * distance ** 3 - (_CUBIC + 3) * distance ** 2 + 1
    if distance < 2:
        return _CUBIC * (distance ** 3 - 5 * distance ** 2 + 8 * distance - 4)
    return 0.0

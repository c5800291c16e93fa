"""Scale and aspect ratio estimation: several scales are tried in one pass of the network.

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

_CUBIC = -0.75  # a of the cubic convolution kernel (Keys, 1981); sharper than his own -0.5


@dataclass(frozen=True)
class ScaleParameters:
    """How far the scale may differ from the last frame's; a tracker gives the values."""

    step: float  # factor on width and height; 1 turns the scale search off
    penalty: float  # factor on the response at another scale
    aspect_step: float  # factor on the width, divisor of the height; 1 turns it off
    aspect_penalty: float  # factor on the response at another aspect ratio
    least_peak: float  # fraction of the first response from where on the size may change


@dataclass(frozen=True, slots=True)
class ScaleCandidate:
    """A scale to try: factors on the target's width and height, and on the response."""

    width: float
    height: float
    penalty: float


def scale_candidates(parameters: ScaleParameters) -> tuple[ScaleCandidate, ...]:
    """Return what to try in a frame; the first is the scale of the frame before."""
    candidates = [ScaleCandidate(1.0, 1.0, 1.0)]
    step, penalty = parameters.step, parameters.penalty
    if step != 1:
        candidates += [ScaleCandidate(step, step, penalty),
                       ScaleCandidate(1 / step, 1 / step, penalty)]
    step, penalty = parameters.aspect_step, parameters.aspect_penalty
    if step != 1:
        candidates += [ScaleCandidate(step, 1 / step, penalty),
                       ScaleCandidate(1 / step, step, penalty)]
    return tuple(candidates)


class FeatureResampler:
    """Makes the features at all scale candidates from those at the first one.

    :param candidates: the first is the one that the features are of
    :param rows: of the features
    :param columns: of the features
    :param reach: how many rows and columns ``near`` reads to each side of its cell
    :param device: where the features are
    """

    def __init__(
        self, candidates: Sequence[ScaleCandidate], rows: int, columns: int,
        reach: tuple[int, int], device: torch.device | None = None,
    ) -> None:
        top, left = reach
        self._rows = torch.stack([
            _resampling(rows, each.height, top) for each in candidates]).to(device)
        self._columns = torch.stack([
            _resampling(columns, each.width, left).T for each in candidates]).to(device)
        self._inner_rows = slice(top, top + rows)
        self._inner_columns = slice(left, left + columns)
        self._near_rows = torch.arange(2 * top + 1, device=device)
        self._near_columns = torch.arange(2 * left + 1, device=device)

    def near(self, features: Tensor, row: Tensor, column: Tensor) -> Tensor:
        """Return the features at all N candidates around a cell, zeros beyond the map's edges.

        :param features: 1×C×rows×columns
        :param row: of the cell, int64
        :param column: of the cell, int64
        :return: N×C×(2 reach + 1)×(2 reach + 1), with the reach of rows and that of columns
        """
        channels, rows, columns = features.shape[1:]
        row_weights = self._rows.index_select(1, row + self._near_rows)
        column_weights = self._columns.index_select(2, column + self._near_columns)
        # Rows at all candidates in one product; columns one for each candidate.
        by_row = features[0].transpose(0, 1).reshape(rows, channels * columns)
        tall = (row_weights.flatten(0, 1) @ by_row).view(len(row_weights), -1, columns)
        resampled = torch.bmm(tall, column_weights)
        return resampled.view(*row_weights.shape[:2], channels, -1).transpose(1, 2)

    def whole(self, features: Tensor, scale_index: Tensor) -> Tensor:
        """Return the features at one candidate, C×rows×columns.

        :param features: 1×C×rows×columns
        :param scale_index: which candidate; one int64
        """
        row_weights = self._rows.index_select(0, scale_index)[0, self._inner_rows]
        column_weights = self._columns.index_select(0, scale_index)[0, :, self._inner_columns]
        return row_weights @ (features[0] @ column_weights)


def _resampling(cells: int, factor: float, margin: int) -> Tensor:
    """Return the matrix that samples a line of cells ``factor`` times as long, same middle.

    Cubic convolution; where a sample lies beyond the ends, the line goes on as it ended.

    :param margin: how many lines of zeros to put before and behind the samples
    :return: (cells + 2 margin)×cells
    """
    matrix = torch.zeros(cells + 2 * margin, cells)
    for cell in range(cells):
        position = (cell + 0.5 - cells / 2) * factor + cells / 2 - 0.5
        first = math.floor(position) - 1
        for tap in range(first, first + 4):
            matrix[margin + cell, min(max(tap, 0), cells - 1)] += _cubic(abs(position - tap))
    return matrix


def _cubic(distance: float) -> float:
    if distance <= 1:
        return (_CUBIC + 2) * distance ** 3 - (_CUBIC + 3) * distance ** 2 + 1
    if distance < 2:
        return _CUBIC * (distance ** 3 - 5 * distance ** 2 + 8 * distance - 4)
    return 0.0

"""Response maps: the labels that filters regress to, their peaks, and how clear a peak is.

A map is rows×columns float32; row 0 is the top of the search region.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

import torch
from torch import Tensor

_SMALLEST = 1e-6


def cosine_window(size: int, strength: float) -> Tensor:
    """Return size×size weights, 1 in the middle, that fall to 1 − strength at the edge."""
    hann = torch.hann_window(size + 2, periodic=False)[1:-1]
    return 1 - strength + strength * hann[:, None] * hann[None, :]


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest place of a map: row and column with fractions; cells are centred on integers."""

    row: float
    column: float
    value: float


def gaussian_label(
    rows: int, columns: int, row: float, column: float, sigma: float, *,
    device: torch.device | None = None,
) -> Tensor:
    """Return a rows×columns Gaussian with peak 1 at a cell position; ``sigma`` in cells."""
    down = torch.arange(rows, dtype=torch.float32, device=device) - row
    across = torch.arange(columns, dtype=torch.float32, device=device) - column
    exponents = down.square()[:, None] + across.square()[None, :]
    # Smaller values than e^−60 would become denormal numbers, with which products are slow.
    return torch.exp((exponents * (-0.5 / sigma ** 2)).clamp_min(-60))


def find_peak(response: Tensor, window: Tensor | None = None) -> Peak:
    """Return the maximum of a map, refined by a parabola through its neighbours each way.

    :param response: rows×columns
    :param window: weights of the cells when the maximum is looked for; place and value of the
        peak are the response's own, which the window would pull towards its middle
    :raises FloatingPointError: the response is not finite at its peak
    """
    rows, columns = response.shape
    weighted = response if window is None else response * window
    row, column = divmod(int(weighted.argmax()), columns)
    around = response[max(row - 1, 0):row + 2, max(column - 1, 0):column + 2].tolist()
    middle_row, middle_column = min(row, 1), min(column, 1)
    value = around[middle_row][middle_column]
    if not math.isfinite(value):
        raise FloatingPointError('the filters gave no finite response; select the target again')
    row_shift = column_shift = 0.0
    if 0 < row < rows - 1:
        row_shift = _vertex(around[0][middle_column], value, around[2][middle_column])
    if 0 < column < columns - 1:
        column_shift = _vertex(around[middle_row][0], value, around[middle_row][2])
    return Peak(row + row_shift, column + column_shift, value)


def _vertex(before: float, peak: float, after: float) -> float:
    """Return where the parabola through three neighbouring values has its top, in [−½, ½]."""
    curvature = before - 2 * peak + after
    if curvature >= 0:
        return 0.0
    return min(max(0.5 * (before - after) / curvature, -0.5), 0.5)


def peak_to_noise_ratio(responses: Tensor) -> Tensor:
    """Return the PNR of each of N maps: (max − min) / mean(m / max m); rat eq. 2.

    The equation supposes a response that is not negative. Linear kernels also answer below zero,
    which would make the mean meaningless, so negative values count as no response.

    :param responses: N×rows×columns
    :return: N values, at least 0
    """
    positive = responses.flatten(1).clamp_min(0)
    highest = positive.amax(1)
    mean = positive.mean(1) / highest.clamp_min(_SMALLEST)
    return (highest - positive.amin(1)) / mean.clamp_min(_SMALLEST)

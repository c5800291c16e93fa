"""Response maps: the labels that filters regress to, their peaks, and how clear a peak is.

A map is rows×columns float32; row 0 is the top of the search region. Nothing here reads a value
back from the maps' device.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_SMALLEST = 1e-6


def cosine_window(size: int, strength: float) -> Tensor:
    """Return size×size weights, 1 in the middle, that fall to 1 − strength at the edge."""
    hann = torch.hann_window(size + 2, periodic=False)[1:-1]
    return 1 - strength + strength * hann[:, None] * hann[None, :]


def gaussian_lines(centers: Tensor, size: int, sigma: float) -> Tensor:
    """Return N lines of ``size`` cells, each a Gaussian with peak 1 around its centre.

    :param centers: N positions on the line, in cells
    :param sigma: in cells
    """
    cells = torch.arange(size, dtype=centers.dtype, device=centers.device)
    exponents = (cells - centers[:, None]).square() * (-0.5 / sigma ** 2)
    # Products of values below e^−30 would become denormal numbers, with which sums are slow.
    return torch.exp(exponents.clamp_min(-30))


def gaussian_label(position: Tensor, rows: int, columns: int, sigma: float) -> Tensor:
    """Return a rows×columns Gaussian with peak 1 at a position.

    :param position: row and column, in cells; the label is on its device
    :param sigma: in cells
    """
    by_row = gaussian_lines(position[:1], rows, sigma)
    by_column = gaussian_lines(position[1:], columns, sigma)
    return by_row.T * by_column


class PeakFinder:
    """Finds the highest peak of N maps without waiting for their device.

    :param weights: N×rows×columns, or to be broadcast to it: of the cells when the maximum is
        searched. Position and value of the peak are the response's own, which the weights would
        pull towards their middle
    """

    def __init__(self, weights: Tensor) -> None:
        self._weights = weights
        rows, columns = weights.shape[-2:]
        # A cell and its neighbours above, on the left, below, on the right.
        self._steps = torch.tensor([0, -columns, -1, columns, 1], device=weights.device)
        self._sizes = torch.tensor([rows, columns], device=weights.device)

    def __call__(self, responses: Tensor, alone: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the index of the map with the highest weighted response, and its peak there.

        The position is refined by a parabola through the peak's neighbours each way.

        :param responses: N×rows×columns
        :param alone: whether only the first map counts; one value
        :return: index of the map, int64; row and column; value: one-dimensional
        """
        weighted = responses * self._weights
        weighted[1:].masked_fill_(alone, -math.inf)
        cell = weighted.view(-1).argmax()
        columns = responses.shape[-1]
        position = torch.stack((cell // columns, cell)) % self._sizes
        around = responses.reshape(-1)[
            (cell + self._steps).clamp_(0, responses.numel() - 1)]
        peak, before, after = around[:1], around[1:3], around[3:5]
        curvature = before - 2 * peak + after
        vertex = (0.5 * (before - after) / curvature).clamp_(-0.5, 0.5)
        inside = (position > 0) & (position < self._sizes - 1) & (curvature < 0)
        index = (cell // (responses.shape[-2] * columns))[None]
        return index, position + torch.where(inside, vertex, 0.0), peak


def peak_to_noise_ratio(responses: Tensor) -> Tensor:
    """Return the PNR of each of N maps; (max m − min m) / mean(m / max m).

    The equation supposes a response that is not negative. Linear kernels also answer below zero,
    which would make the mean meaningless, so negative values count as no response.

    :param responses: N×rows×columns
    :return: N values, at least 0
    """
    positive = responses.flatten(1).clamp_min(0)
    highest = positive.amax(1)
    mean = positive.mean(1) / highest.clamp_min(_SMALLEST)
    return (highest - positive.amin(1)) / mean.clamp_min(_SMALLEST)  # eq. 2: PNR(m)

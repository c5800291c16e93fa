"""The normal equations of the part filters' least squares, for one training sample.

They are where the gradient of the part loss (``rat_tracker.online.part_filters.PartFilters``) is
zero: ``w (A + λ2 I) = targets``, ``w`` a filter as a row.

For features ``x`` and a k×k filter ``w`` the response at cell ``p`` is ``Σ_i w[i]·x[p + i]``, the
sum over the filter's taps ``i``. With features that are zero outside the map and the error counted
wherever the filter touches it, the Gram matrix of the taps depends on their distance only:
``A[i, j] = R[j − i]`` with the autocorrelation ``R[d] = Σ_p x[p] x[p + d]ᵀ``. So a sample needs
(2k − 1)·k matrices C×C instead of the k²C×k²C of a general one, and one product computes them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.response import gaussian_lines


class NormalEquations:
    """Turns samples into normal equations for L k×k filters over C channels.

    Every filter's label is the same Gaussian at another position.

    :param kernel_size: k, odd
    :param offsets: where the labels' centres lie from a sample's position: (dy, dx), in cells
    :param sigma: width of the Gaussian, in cells
    :param device: where the samples are
    """

    def __init__(
        self, kernel_size: int, offsets: Sequence[tuple[int, int]], sigma: float,
        device: torch.device | None = None,
    ) -> None:
        self.kernel_size = kernel_size
        self._sigma = sigma
        # The reach of the autocorrelation: the largest distance between two taps.
        self._reach = kernel_size - 1
        taps = torch.arange(kernel_size ** 2, device=device)
        rows, columns = taps // kernel_size, taps % kernel_size
        self._row_distance = rows[None, :] - rows[:, None] + self._reach
        self._column_distance = columns[None, :] - columns[:, None] + self._reach
        # The cells, counted from a sample's position, that any tap of any filter reads.
        half = kernel_size // 2
        far = half + max(max(abs(dy), abs(dx)) for dy, dx in offsets)
        self._cells = torch.arange(-far, far + 1, device=device)
        label_rows, label_columns = torch.tensor(offsets, device=device).T[..., None] + far - half
        self._labels = (label_rows + rows) * len(self._cells) + label_columns + columns

    def autocorrelation(self, features: Tensor) -> Tensor:
        """Return R for shifts by 0…k−1 rows and −(k−1)…k−1 columns; the rest is symmetric.

        :param features: rows×columns×C
        :return: k×(2k−1)×C×C
        """
        rows, columns, channels = features.shape
        reach = self._reach
        padded = F.pad(features, (0, 0, reach, reach, 0, reach))
        row, column, channel = padded.stride()
        shifted = padded.as_strided(
            (rows, columns, reach + 1, 2 * reach + 1, channels),
            (row, column, row, column, channel))
        product = features.reshape(-1, channels).T @ shifted.reshape(rows * columns, -1)
        return product.view(channels, reach + 1, 2 * reach + 1, channels).permute(
            1, 2, 0, 3).contiguous()

    def targets(self, features: Tensor, position: Tensor) -> Tensor:
        """Return the right-hand sides: the correlation of the features with each label.

        The labels being one Gaussian at different positions, they are read off the features
        blurred by it: tap ``i`` of filter ``l`` meets its label where the features are ``i`` cells
        further than the label's centre.

        :param features: rows×columns×C
        :param position: row and column that the offsets count from, in cells; on the same device
        :return: L×(k²·C)
        """
        rows, columns, channels = features.shape
        row_weights = gaussian_lines(position[:1] + self._cells, rows, self._sigma)
        column_weights = gaussian_lines(position[1:] + self._cells, columns, self._sigma)
        by_row = (row_weights @ features.view(rows, -1)).view(-1, columns, channels)
        blurred = (column_weights @ by_row).view(-1, channels)
        return blurred[self._labels].flatten(1)

    def matrix(self, correlations: Tensor, regularisation: float) -> Tensor:
        """Return A + λ2 I, λ2 being ``regularisation`` times the mean of A's diagonal.

        :param correlations: k×(2k−1)×C×C, from ``autocorrelation`` (or a weighted sum of such)
        :return: (k²·C)×(k²·C)
        """
        channels = correlations.shape[-1]
        # R[−d] = R[d]ᵀ gives the shifts up; the row of no shift is there already.
        upward = correlations[1:].flip(0, 1).transpose(-1, -2)
        everywhere = torch.cat((upward, correlations))
        blocks = everywhere[self._row_distance, self._column_distance]
        size = self.kernel_size ** 2 * channels
        matrix = blocks.permute(0, 2, 1, 3).reshape(size, size)
        diagonal = matrix.diagonal()
        diagonal += regularisation * diagonal.mean()
        return matrix

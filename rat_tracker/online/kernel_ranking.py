"""Ranking based attention (rat, section 2.1): kernels remember the target, the best one attends.

Each frame every kernel is scored on the frame's features by the PNR of its response, the best one
leads to the attention map, and the worst one is replaced.

Two equations of the paper do not exist here, because their networks need offline training, which
is not done yet; ``KernelFit`` stands in the place of both:

- eq. 6: (h_t, c^(N)) = ConvLSTM(h_{t−1}, c^(1), x^pre). Here h_t, which attends, is c^(1) itself.
- eq. 7: x^pre = PreNet(c^(1), x^S), what the ConvLSTM reads of the frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.conjugate_gradient import conjugate_gradient
from rat_tracker.online.response import gaussian_label
from rat_tracker.online.response import peak_to_noise_ratio

_SMALLEST = 1e-6
_ITERATIONS = 8  # of conjugate gradient, which is 0.1 % off by then, measured on real frames

# Makes a kernel, C×k×k, from 1×C×rows×columns features and a rows×columns label, a Gaussian at the
# target.
KernelFit = Callable[[Tensor, Tensor], Tensor]


class RidgeKernelFit:
    """Fit the kernel that answers to one frame's features with the label.

    The paper's loss of its attention is minimised in closed form. There are fewer cells than
    weights, so the dual problem is solved, by conjugate gradient: the strong regularisation makes
    that quick, and a GPU never waits.

    :param kernel_size: k, odd
    :param regularisation: λ1, as a fraction of the mean of the Gram matrix's diagonal
    """

    def __init__(self, kernel_size: int, regularisation: float) -> None:
        self._kernel_size = kernel_size
        self._regularisation = regularisation

    def __call__(self, features: Tensor, label: Tensor) -> Tensor:
        """Return argmin_h Σ(h * x^S − y^S)² + λ1‖h‖², C×k×k.

        :param features: x^S, 1×C×rows×columns
        :param label: y^S, rows×columns, a Gaussian at the target
        """
        gram = self._gram(features[0])
        diagonal = gram.diagonal()
        diagonal += self._regularisation * diagonal.mean()
        coefficients = conjugate_gradient(  # eq. 9: L(h), solved for h instead of trained with
            gram, label.view(1, -1), torch.zeros_like(label).view(1, -1), _ITERATIONS)
        # The sum of all windows, weighted by the coefficients.
        return F.conv2d(features.transpose(0, 1), coefficients.view(1, 1, *label.shape),
                        padding=self._kernel_size // 2)[:, 0]

    def _gram(self, features: Tensor) -> Tensor:
        """Return the products of all pairs of windows of C×rows×columns features.

        Two windows' product is the sum of the products of their cells, which neighbouring pairs
        of windows share: that is five times as fast as multiplying the windows.
        """
        _, rows, columns = features.shape
        size, half = self._kernel_size, self._kernel_size // 2
        cells = features.flatten(1)
        products = F.pad((cells.T @ cells).view(rows, columns, rows, columns), (half,) * 8)
        by_row = products[:rows, :, :rows].clone()
        for shift in range(1, size):
            by_row += products[shift:shift + rows, :, shift:shift + rows]
        gram = by_row[:, :columns, :, :columns].clone()
        for shift in range(1, size):
            gram += by_row[:, shift:shift + columns, :, shift:shift + columns]
        return gram.view(rows * columns, -1)


@dataclass(frozen=True)
class RankingParameters:
    """How many kernels there are, how large, and how they are made; a tracker gives the values."""

    kernels: int  # N
    kernel_size: int  # cells
    label_sigma: float  # width of the label, as a fraction of the target's side
    regularisation: float  # λ1, as a fraction of the mean of the Gram matrix's diagonal


class KernelRanking:
    """N kernels c^i and their order.

    :param fit: makes the kernels
    :param samples: S×C×rows×columns features of the first frame, S at least ``kernels``; a kernel
        is made of each of the first ones
    :param centers: S×2, row and column of the target's centre in each sample, in cells
    :param target_side: geometric mean of the target's height and width in cells
    """

    def __init__(
        self, parameters: RankingParameters, fit: KernelFit, samples: Tensor, centers: Tensor,
        target_side: float,
    ) -> None:
        self._fit = fit
        # A Gaussian much narrower than a cell would fall between the cells.
        self._sigma = max(parameters.label_sigma * target_side, 0.7)
        self._kernels = torch.stack([
            fit(samples[index:index + 1], self._label(samples, centers[index]))
            for index in range(parameters.kernels)])
        self._scores = samples.new_zeros(parameters.kernels)

    @property
    def memory_bytes(self) -> int:
        return self._kernels.nbytes + self._scores.nbytes

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All that ``replace_worst`` changes."""
        return (self._kernels,)

    def rank(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Score the kernels on a frame; ``replace_worst`` reads the scores, which are kept.

        The paper sorts them, {c^1, …, c^N} ⇐ ordering{s^1, …, s^N} (eq. 3). Only the two ends of
        that order are ever read, so nothing is sorted.

        :param features: x^S, 1×C×rows×columns
        :return: the kernels' responses, N×rows×columns; which of them is the best, one int64
        """
        # All c^i * x^S; of the best kernel that is eq. 8: m_t = h_t * x^S.
        responses = F.conv2d(features, self._kernels, padding=self._kernels.shape[-1] // 2)[0]
        self._scores = peak_to_noise_ratio(responses)  # eq. 1: s^i = PNR(c^i * x^S)
        return responses, self._scores.argmax()[None]  # eq. 4: c^(1) = argmax s^i

    def attention(self, responses: Tensor, best: Tensor) -> Tensor:
        """Return the attention map m_t, which is the response of the best kernel, scaled.

        :param responses: see ``rank``
        :param best: see ``rank``
        :return: rows×columns in [0, 1]: negative responses count as none, the peak as one
        """
        response = responses.index_select(0, best)[0].clamp_min(0)
        return response / response.max().clamp_min(_SMALLEST)

    def replace_worst(self, features: Tensor, position: Tensor) -> None:
        """Fit a kernel to the frame that was ranked last; it takes the place of the worst one.

        :param features: x^S, 1×C×rows×columns of the same frame
        :param position: row and column of the target's centre, in cells of these features
        """
        kernel = self._fit(features, self._label(features, position))
        worst = self._scores.argmin()[None]  # eq. 5: c^(N) = argmin s^i
        self._kernels.index_copy_(0, worst, kernel[None])

    def _label(self, features: Tensor, position: Tensor) -> Tensor:
        rows, columns = features.shape[-2:]
        return gaussian_label(position, rows, columns, self._sigma)

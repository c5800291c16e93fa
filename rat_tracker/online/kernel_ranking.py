"""Ranking based attention: several kernels remember the target, the best one says where to look.

Rat, section 2.1. Each frame every kernel is scored on the frame's features by the PNR of its
response (eqs. 1–3), the best one leads to the attention map (eqs. 4, 8), and the worst one is
replaced (eqs. 5–7). How kernels are made is a part of its own, ``KernelUpdate``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.conjugate_gradient import conjugate_gradient
from rat_tracker.online.response import gaussian_label
from rat_tracker.online.response import peak_to_noise_ratio
from rat_tracker.parameters import require_odd
from rat_tracker.parameters import require_ranges

_SMALLEST = 1e-6
_ITERATIONS = 8  # of conjugate gradient, which is 0.1 % off by then, measured on real frames


class KernelUpdate(Protocol):
    """Makes kernels: one to attend with in each frame, one to take the place of the worst.

    One object serves one target and may remember what it likes of it. This is where the paper's
    ConvLSTM belongs: from the best kernel and the frame's features it makes h_t, to attend with,
    and the new kernel, both in one step (eqs. 6, 7). It needs offline training;
    ``RidgeKernelUpdate`` stands in its place until there are weights for it.
    """

    def start(self, features: Tensor, label: Tensor) -> Tensor:
        """Return a kernel, C×k×k, for the first frame.

        :param features: 1×C×rows×columns
        :param label: rows×columns, a Gaussian at the target
        """

    def look(self, features: Tensor, best: Tensor) -> Tensor:
        """Return the kernel, C×k×k, that attends in this frame (h_t of eq. 6).

        :param best: the kernel that was ranked first on these features, C×k×k
        """

    def renew(self, features: Tensor, label: Tensor) -> Tensor:
        """Return the kernel, C×k×k, that replaces the worst one, now that the target is found."""


class RidgeKernelUpdate:
    """Attend with the best kernel itself; renew with the one that fits the current frame best.

    That one minimises Σ(h * x − y)² + λ‖h‖², which is the loss (eq. 9) that the paper trains its
    ConvLSTM with. There are fewer cells than weights, so the dual problem is solved, by conjugate
    gradient: the strong regularisation makes that quick, and a GPU never waits.
    """

    def __init__(self, kernel_size: int, regularisation: float) -> None:
        self._kernel_size = kernel_size
        self._regularisation = regularisation

    def start(self, features: Tensor, label: Tensor) -> Tensor:
        return self.renew(features, label)

    def look(self, features: Tensor, best: Tensor) -> Tensor:
        return best

    def renew(self, features: Tensor, label: Tensor) -> Tensor:
        gram = self._gram(features[0])
        diagonal = gram.diagonal()
        diagonal += self._regularisation * diagonal.mean()
        coefficients = conjugate_gradient(
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
        down = products[:rows, :, :rows].clone()
        for shift in range(1, size):
            down += products[shift:shift + rows, :, shift:shift + rows]
        gram = down[:, :columns, :, :columns].clone()
        for shift in range(1, size):
            gram += down[:, shift:shift + columns, :, shift:shift + columns]
        return gram.view(rows * columns, -1)


@dataclass(frozen=True)
class RankingParameters:
    """How many kernels there are, how large, and how they are made.

    A label as wide as the target makes the kernels attend to all of it, and strong regularisation
    keeps them from knowing the frames that they were made of better than the next one.
    """

    kernels: int = 3  # N of the paper
    kernel_size: int = 5  # cells at stride 16: the reach of the paper's 11 at stride 8
    label_sigma: float = 0.3  # width of the label, as a fraction of the target's side
    regularisation: float = 3.0  # λ1 of eq. 9, as a fraction of the mean of the Gram's diagonal

    def __post_init__(self) -> None:
        require_ranges(self, kernels=(1, 9), kernel_size=(1, 15), label_sigma=(0.01, 2),
                       regularisation=(1e-6, 1e3))
        require_odd(self, 'kernel_size')


class KernelRanking:
    """N kernels and their order.

    :param samples: S×C×rows×columns features of the first frame, S at least ``kernels``; a kernel
        is made of each of the first ones
    :param centers: S×2, row and column of the target's centre in each sample, in cells
    :param target_side: geometric mean of the target's height and width in cells
    """

    def __init__(
        self, parameters: RankingParameters, update: KernelUpdate, samples: Tensor,
        centers: Tensor, target_side: float,
    ) -> None:
        self._update = update
        # A Gaussian much narrower than a cell would fall between the cells.
        self._sigma = max(parameters.label_sigma * target_side, 0.7)
        self._kernels = torch.stack([
            update.start(samples[index:index + 1], self._label(samples, centers[index]))
            for index in range(parameters.kernels)])
        self._scores = samples.new_zeros(parameters.kernels)

    @property
    def memory_bytes(self) -> int:
        return self._kernels.nbytes + self._scores.nbytes

    def attend(self, features: Tensor) -> Tensor:
        """Rank the kernels on a frame and return the attention map (eqs. 1–4, 8).

        :param features: 1×C×rows×columns
        :return: rows×columns in [0, 1]: negative responses count as none, the peak as one
        """
        half = self._kernels.shape[-1] // 2
        responses = F.conv2d(features, self._kernels, padding=half)[0]
        self._scores = peak_to_noise_ratio(responses)
        number = self._scores.argmax()[None]
        best = self._kernels.index_select(0, number)[0]
        looking = self._update.look(features, best)
        response = (responses.index_select(0, number)[0] if looking is best
                    else F.conv2d(features, looking[None], padding=half)[0, 0]).clamp_min(0)
        return response / response.max().clamp_min(_SMALLEST)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All that ``renew`` changes."""
        return (self._kernels,)

    def renew(self, features: Tensor, place: Tensor) -> None:
        """Replace the kernel that ``attend`` ranked last (eq. 5).

        :param features: 1×C×rows×columns of the same frame
        :param place: row and column of the target's centre, in cells of these features
        """
        kernel = self._update.renew(features, self._label(features, place))
        self._kernels.index_copy_(0, self._scores.argmin()[None], kernel[None])

    def _label(self, features: Tensor, place: Tensor) -> Tensor:
        rows, columns = features.shape[-2:]
        return gaussian_label(place, rows, columns, self._sigma)

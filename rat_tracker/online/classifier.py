"""The target classifier of ATOM: where in a search region the target is, learnt while tracking.

Danelljan et al., "ATOM: Accurate Tracking by Overlap Maximization", CVPR 2019, section 3.2. Two
layers, ``f(x; w) = φ(w₂ * (w₁ * x))``: a projection of 1×1 and a filter. The loss

    L(w) = Σ_j γ_j ‖f(x_j; w) − y_j‖² + λ₁ ‖w₁‖² + λ₂ ‖w₂‖²

is minimised by Gauss–Newton steps, each of which solves its quadratic approximation by conjugate
gradient: in the first frame for both layers, later for the filter. J p and Jᵀ r are convolutions,
written out here: no graph is differentiated, and nothing is read back from the device.

Maps are rows×columns of the features. A kernel of an even size has its middle between cells; the
response then has one row and one column more, and its first stands for the upper left corner of
the first cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
import torch.nn.functional as F

# Keeps a system that is solved from dividing zero by zero.
_SMALLEST = 1e-20


@dataclass(frozen=True)
class ClassifierParameters:
    """How the classifier is built and learnt; a tracker gives the values."""

    kernel_size: int  # of the filter, in cells
    projection_regularisation: float  # λ₁
    filter_regularisation: float  # λ₂
    bend: float  # φ(x) is this times (exp(x / this) − 1) below 0, and x above
    first_steps: int  # Gauss–Newton steps in the first frame
    first_iterations: int  # of conjugate gradient in each of them


class Samples(NamedTuple):
    """What is learnt from: S×C×rows×columns, labels S×rows'×columns', and S weights γ."""

    features: Tensor
    labels: Tensor
    weights: Tensor


class TargetClassifier:
    """Learnt from the first frame; ``update`` learns the filter further.

    :param samples: of the first frame
    :param projection: D×C, to begin with; the filter begins as zero
    """

    def __init__(
        self, parameters: ClassifierParameters, samples: Samples, projection: Tensor,
    ) -> None:
        self._parameters = parameters
        size = parameters.kernel_size
        self.projection = projection.clone()
        self.filter = projection.new_zeros(len(projection), size, size)
        for _ in range(parameters.first_steps):
            self.fit(samples, parameters.first_iterations)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All that ``update`` changes."""
        return (self.filter,)

    def project(self, features: Tensor) -> Tensor:
        """Return N×D×rows×columns: what the filter sees, and what ``update`` learns from."""
        return _project(features, self.projection)

    def respond(self, projected: Tensor) -> Tensor:
        """Return the response to what ``project`` returned, N×rows'×columns'."""
        return self._activate(_convolve(projected, self.filter))

    def loss(self, samples: Samples) -> Tensor:
        """Return L(w) of samples whose features are not projected."""
        wrong = self.respond(self.project(samples.features)) - samples.labels
        parameters = self._parameters
        return (torch.einsum('s,shw->', samples.weights, wrong.square())
                + parameters.projection_regularisation * self.projection.square().sum()
                + parameters.filter_regularisation * self.filter.square().sum())

    def fit(self, samples: Samples, iterations: int) -> None:
        """Do a Gauss–Newton step for both layers.

        :param samples: their features are not projected
        :param iterations: of conjugate gradient
        """
        features, gains = samples.features, samples.weights[:, None, None]
        projected = self.project(features)
        linear = _convolve(projected, self.filter)
        slope = self._slope(linear)
        parameters = self._parameters
        decay = parameters.projection_regularisation, parameters.filter_regularisation

        def back(residual: Tensor) -> tuple[Tensor, Tensor]:
            """Return Jᵀ γ r."""
            residual = gains * slope * residual
            spread = _convolve_back(residual, self.filter)
            return (torch.einsum('sdp,scp->dc', spread.flatten(2), features.flatten(2)),
                    _correlate(projected, residual, len(self.filter[0])))

        def product(direction: Directions) -> Directions:
            """Return (Jᵀ γ J + λ) p."""
            of_projection, of_filter = direction
            changed = (_convolve(_project(features, of_projection), self.filter)
                       + _convolve(projected, of_filter))
            return tuple(seen + each * weight for seen, each, weight in zip(
                back(slope * changed), direction, decay, strict=True))

        wrong = self._activate(linear) - samples.labels
        downhill = tuple(-(seen + each * weight) for seen, each, weight in zip(
            back(wrong), (self.projection, self.filter), decay, strict=True))
        of_projection, of_filter = _solve(product, downhill, decay, iterations)
        self.projection += of_projection
        self.filter += of_filter

    def update(self, samples: Samples, iterations: int) -> None:
        """Do a Gauss–Newton step for the filter.

        :param samples: their features are what ``project`` returned
        :param iterations: of conjugate gradient
        """
        projected, gains = samples.features, samples.weights[:, None, None]
        linear = _convolve(projected, self.filter)
        slope = self._slope(linear)
        decay = self._parameters.filter_regularisation
        size = len(self.filter[0])
        # J p weighted by γ, and Jᵀ of that, have the slope in them twice.
        twice = gains * slope.square()

        def product(direction: Directions) -> Directions:
            changed = twice * _convolve(projected, direction[0])
            return (_correlate(projected, changed, size) + decay * direction[0],)

        wrong = gains * slope * (self._activate(linear) - samples.labels)
        downhill = -(_correlate(projected, wrong, size) + decay * self.filter)
        self.filter += _solve(product, (downhill,), (decay,), iterations)[0]

    def _activate(self, linear: Tensor) -> Tensor:
        """Return φ: a response below zero counts as none, and still has a slope."""
        bend = self._parameters.bend
        return torch.where(linear > 0, linear, bend * torch.expm1(linear.clamp(max=0) / bend))

    def _slope(self, linear: Tensor) -> Tensor:
        """Return the derivative of φ."""
        return torch.exp(linear.clamp(max=0) / self._parameters.bend)


Directions = tuple[Tensor, ...]  # one for each layer that is learnt


def _solve(
    product: Callable[[Directions], Directions], targets: Directions, decay: tuple[float, ...],
    iterations: int,
) -> Directions:
    """Return the solution of ``product(x) = targets`` by preconditioned conjugate gradient.

    The preconditioner divides each layer by its regularisation, as in ATOM.
    """
    solution = tuple(torch.zeros_like(target) for target in targets)
    residual = targets
    scaled = tuple(each / weight for each, weight in zip(residual, decay, strict=True))
    direction, energy = scaled, _dot(residual, scaled)
    for _ in range(iterations):
        image = product(direction)
        step = energy / _dot(direction, image).clamp_min(_SMALLEST)
        solution = tuple(x + step * p for x, p in zip(solution, direction, strict=True))
        residual = tuple(r - step * q for r, q in zip(residual, image, strict=True))
        scaled = tuple(each / weight for each, weight in zip(residual, decay, strict=True))
        next_energy = _dot(residual, scaled)
        turn = next_energy / energy.clamp_min(_SMALLEST)
        direction = tuple(z + turn * p for z, p in zip(scaled, direction, strict=True))
        energy = next_energy
    return solution


def _dot(first: Directions, second: Directions) -> Tensor:
    return torch.stack([(a * b).sum() for a, b in zip(first, second, strict=True)]).sum()


def _project(features: Tensor, projection: Tensor) -> Tensor:
    """Return N×D×rows×columns of N×C×rows×columns and D×C."""
    return (projection @ features.flatten(2)).view(
        len(features), len(projection), *features.shape[2:])


def _convolve(projected: Tensor, kernel: Tensor) -> Tensor:
    """Return N×rows'×columns' of N×D×rows×columns and D×k×k.

    There is one output channel only, for which a product of matrices, each of whose rows goes to
    its place, is three times as fast as a convolution on a CPU.
    """
    size = len(kernel[0])
    taps = kernel.flatten(1).flip(1).T @ projected.flatten(2)
    rows, columns = projected.shape[2:]
    more = 1 - size % 2
    return F.fold(taps, (rows + more, columns + more), size, padding=(size - 1) // 2)[:, 0]


def _convolve_back(residual: Tensor, kernel: Tensor) -> Tensor:
    """Return N×D×rows×columns, the transposed map of ``_convolve`` in its features."""
    size = len(kernel[0])
    spread = kernel.flatten(1).flip(1) @ _shifted(residual, size)
    more = 1 - size % 2
    return spread.view(*spread.shape[:2], residual.shape[1] - more, residual.shape[2] - more)


def _correlate(projected: Tensor, residual: Tensor, size: int) -> Tensor:
    """Return D×k×k, the transposed map of ``_convolve`` in its kernel, summed over samples."""
    taps = (projected.flatten(2) @ _shifted(residual, size).mT).sum(0)
    return taps.flip(1).view(-1, size, size)


def _shifted(residual: Tensor, size: int) -> Tensor:
    """Return N×k²×(rows·columns): what of a response each cell of the features takes part in."""
    return F.unfold(residual[:, None], size, padding=(size - 1) // 2)

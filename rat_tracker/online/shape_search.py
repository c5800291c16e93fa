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

from rat_tracker.ranges import require_ranges

_CUBIC = -0.75  # a of the cubic convolution kernel (Keys, 1981); sharper than his own -0.5


@dataclass(frozen=True)
class ShapeParameters:
    """How far one frame's size and shape may differ from the last frame's."""

    scale_step: float = 1.04  # factor on width and height; 1 turns the scale search off
    scale_penalty: float = 0.99  # factor on the response at another scale
    aspect_step: float = 1.04  # factor on the width, divisor of the height; 1 turns it off
    aspect_penalty: float = 0.985  # factor on the response at another shape
    least_score: float = 0.8  # of a frame in which the size may change

    def __post_init__(self) -> None:
        require_ranges(self, scale_step=(1, 1.5), scale_penalty=(0, 1), aspect_step=(1, 1.5),
                       aspect_penalty=(0, 1), least_score=(0, 0.999))


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
    :param device: where the features are
    """

    def __init__(
        self, sizes: Sequence[Hypothesis], rows: int, columns: int,
        device: torch.device | None = None,
    ) -> None:
        others = sizes[1:]
        # Rows of all sizes in one matrix; columns one matrix for each size.
        self._rows = torch.cat([
            _resampling(rows, size.height) for size in others]).to(device) if others else None
        self._columns = torch.stack([
            _resampling(columns, size.width).T for size in others]).to(device) if others else None

    def __call__(self, features: Tensor) -> Tensor:
        """Return N×C×rows×columns, beginning with the features themselves.

        :param features: 1×C×rows×columns
        """
        if self._rows is None or self._columns is None:
            return features
        _, channels, rows, columns = features.shape
        count = len(self._columns)
        by_row = features[0].transpose(0, 1).reshape(rows, channels * columns)
        tall = (self._rows @ by_row).view(count, rows * channels, columns)
        resampled = torch.bmm(tall, self._columns).view(count, rows, channels, columns)
        return torch.cat((features, resampled.transpose(1, 2)))


def _resampling(cells: int, factor: float) -> Tensor:
    """Return the cells×cells matrix that samples a line ``factor`` times as long, same middle.

    Cubic convolution; beyond the ends the line goes on as it ended.
    """
    matrix = torch.zeros(cells, cells)
    for cell in range(cells):
        place = (cell + 0.5 - cells / 2) * factor + cells / 2 - 0.5
        first = math.floor(place) - 1
        for tap in range(first, first + 4):
            matrix[cell, min(max(tap, 0), cells - 1)] += _cubic(abs(place - tap))
    return matrix


def _cubic(distance: float) -> float:
    if distance <= 1:
        return (_CUBIC + 2) * distance ** 3 - (_CUBIC + 3) * distance ** 2 + 1
    if distance < 2:
        return _CUBIC * (distance ** 3 - 5 * distance ** 2 + 8 * distance - 4)
    return 0.0

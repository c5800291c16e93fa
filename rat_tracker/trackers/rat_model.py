"""What ``rat`` knows of one target: its filters, its kernels, its box."""

from __future__ import annotations

from collections.abc import Sequence
import math

import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.geometry import Box
from rat_tracker.geometry import SearchRegion
from rat_tracker.online.confidence import Confidence
from rat_tracker.online.kernel_ranking import KernelRanking
from rat_tracker.online.kernel_ranking import RidgeKernelUpdate
from rat_tracker.online.part_filters import PartFilters
from rat_tracker.online.projection import FeatureProjection
from rat_tracker.online.response import Peak
from rat_tracker.online.shape_search import Hypothesis
from rat_tracker.trackers.rat_parameters import RatParameters

# A search region is at least so many times as long as the target.
_LEAST_MARGIN = 1.2


class RatModel:
    """Made from the first frame, taught by the later ones.

    :param image_size: width and height of the images, in pixels
    :param box: the target in the first image
    :param layers: the network's layers for S views of the first frame, the plain one first
    :param centers: row and column of the target's centre in each view, in patch pixels
    """

    def __init__(
        self, parameters: RatParameters, image_size: tuple[int, int], box: Box,
        layers: Sequence[Tensor], centers: Sequence[tuple[float, float]],
    ) -> None:
        self._parameters = parameters
        self._image_size = image_size
        self.box = box
        # The region's size follows the target's, so that the target always fills the same cells.
        width, height = region_size(box, parameters.region_factor)
        self._region_width = width / box.width
        self._region_height = height / box.height
        self._project = FeatureProjection([layer[:1] for layer in layers], parameters.channels)
        self._project_deep = FeatureProjection([layers[-1][:1]], parameters.ranking_channels)
        features, deep = self.features(layers)
        self._size = features.shape[-1]
        self._deep_size = deep.shape[-1]
        across, down = 1 / self._region_width, 1 / self._region_height
        ranking = parameters.ranking
        self._ranking = KernelRanking(
            ranking, RidgeKernelUpdate(ranking.kernel_size, ranking.regularisation), deep,
            [self._cell(center, self._deep_size) for center in centers],
            math.sqrt(across * down) * self._deep_size)
        # The filters learn what they will see: features under the attention of imperfect kernels.
        features = torch.cat([
            self.modulate(features[view:view + 1], self.attend(deep[view:view + 1]))
            for view in range(len(features))])
        self._filters = PartFilters(
            parameters.filters, features, [self._cell(center, self._size) for center in centers],
            down * self._size, across * self._size)
        self._window = _window(self._size, parameters.window).to(features.device)
        self._confidence = Confidence(
            parameters.confidence, float(self._filters.respond(features[:1]).max()))
        self._frames = 0

    @property
    def memory_bytes(self) -> int:
        """The bytes that the model keeps between frames; they do not grow."""
        parts = (self._project, self._project_deep, self._filters, self._ranking)
        return self._window.nbytes + sum(part.memory_bytes for part in parts)

    def region(self, hypothesis: Hypothesis) -> SearchRegion:
        """Return where to look for the target if it has this size."""
        return SearchRegion.around(
            self.box.center_x, self.box.center_y,
            self.box.width * hypothesis.width * self._region_width,
            self.box.height * hypothesis.height * self._region_height,
            self._parameters.patch_side)

    def features(self, layers: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Return what the filters (x^L) and the kernels (x^S) see of N patches."""
        return self._project(layers), self._project_deep([layers[-1]])

    def attend(self, deep: Tensor) -> Tensor:
        """Return the attention map m_t for 1×C×rows×columns features, rows×columns in [0, 1]."""
        return self._ranking.attend(deep)

    def modulate(self, features: Tensor, attention: Tensor) -> Tensor:
        """Return x ⊙ (1 + g up(m_t)) for N×C×rows×columns features."""
        gain = self._parameters.attention_gain
        if gain == 0:
            return features
        enlarged = F.interpolate(
            attention[None, None], features.shape[-2:], mode='bilinear', align_corners=False)
        return features * (1 + gain * enlarged)

    def respond(self, features: Tensor) -> Tensor:
        """Return the windowed responses of N×C×rows×columns features, N×rows×columns."""
        return self._filters.respond(features) * self._window

    def move(self, region: SearchRegion, peak: Peak, hypothesis: Hypothesis) -> float:
        """Put the box where the response has its peak; return the score.

        :param region: the region of the best response
        :param hypothesis: the size that the region was made for
        """
        value = peak.value / float(self._window[round(peak.row), round(peak.column)])
        score = self._confidence.score(value)
        x = region.left + (peak.column + 0.5) * region.width / self._size
        y = region.top + (peak.row + 0.5) * region.height / self._size
        width, height = self.box.width, self.box.height
        if self._confidence.trusts(score):
            self._confidence.learn(value)
            smallest = self._parameters.smallest_side
            width = min(max(width * hypothesis.width, smallest), self._image_size[0])
            height = min(max(height * hypothesis.height, smallest), self._image_size[1])
        self.box = Box.from_center(
            min(max(x, 0.0), self._image_size[0]), min(max(y, 0.0), self._image_size[1]),
            width, height)
        return score

    def learn(self, features: Tensor, deep: Tensor, peak: Peak, score: float) -> None:
        """Teach filters and kernels what the target looks like now, if the score can be trusted.

        :param features: C×rows×columns, modulated, in which the peak was found
        :param deep: 1×C×rows×columns, which was attended to
        """
        self._frames += 1
        if not self._confidence.trusts(score):
            return
        self._filters.learn(features, peak.row, peak.column)
        if self._frames % self._parameters.update_period == 0:
            self._filters.update()
        if self._parameters.attention_gain:
            ratio = self._deep_size / self._size
            self._ranking.renew(
                deep, (peak.row + 0.5) * ratio - 0.5, (peak.column + 0.5) * ratio - 0.5)

    def _cell(self, center: tuple[float, float], size: int) -> tuple[float, float]:
        """Turn row and column in patch pixels into cells of a map."""
        scale = size / self._parameters.patch_side
        return center[0] * scale - 0.5, center[1] * scale - 0.5


def region_size(box: Box, factor: float) -> tuple[float, float]:
    """Return width and height of the search region of a target.

    It is a square of ``factor`` times the target's side, but a long target still has some of its
    surroundings at both ends.
    """
    side = factor * math.sqrt(box.area)
    return max(side, _LEAST_MARGIN * box.width), max(side, _LEAST_MARGIN * box.height)


def _window(size: int, strength: float) -> Tensor:
    """Return a cosine window that falls to 1 − strength at the edge."""
    hann = torch.hann_window(size + 2, periodic=False)[1:-1]
    return 1 - strength + strength * hann[:, None] * hann[None, :]

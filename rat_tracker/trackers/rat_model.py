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
        smallest = parameters.smallest_side
        self._smallest = min(smallest, box.width), min(smallest, box.height)
        # The region's size follows the target's, so that the target always fills the same cells.
        width, height = region_size(box, parameters.region_factor)
        self._region_width = width / box.width
        self._region_height = height / box.height
        down, across = box.height / height, box.width / width
        self._project = FeatureProjection([layer[:1] for layer in layers], parameters.channels)
        features = self._project(layers)
        self._size = features.shape[-1]
        self._ranking: KernelRanking | None = None
        if parameters.attention_gain:
            self._project_deep = FeatureProjection(
                [layers[-1][:1]], parameters.ranking_channels)
            self._ranking = self._rank(self._project_deep([layers[-1]]), centers,
                                       math.sqrt(across * down))
            # The filters learn what they will see: features under imperfect attention.
            features = torch.cat([
                self.modulate(features[view:view + 1], self.attend(layers, view))
                for view in range(len(features))])
        self._filters = PartFilters(
            parameters.filters, features, [self._cell(center, self._size) for center in centers],
            down * self._size, across * self._size)
        self._confidence = Confidence(
            parameters.confidence, float(self._filters.respond(features[:1]).max()))
        self._trusted = 0  # frames that might be learned from

    def _rank(
        self, deep: Tensor, centers: Sequence[tuple[float, float]], target_side: float,
    ) -> KernelRanking:
        """Make the kernels; ``target_side`` is the target's side as a part of the region's."""
        ranking = self._parameters.ranking
        size = deep.shape[-1]
        return KernelRanking(
            ranking, RidgeKernelUpdate(ranking.kernel_size, ranking.regularisation), deep,
            [self._cell(center, size) for center in centers], target_side * size)

    @property
    def memory_bytes(self) -> int:
        """The bytes that the model keeps between frames; they do not grow."""
        kept = self._project.memory_bytes + self._filters.memory_bytes
        if self._ranking is not None:
            kept += self._project_deep.memory_bytes + self._ranking.memory_bytes
        return kept

    def region(self, hypothesis: Hypothesis) -> SearchRegion:
        """Return where to look for the target if it has this size."""
        return SearchRegion.around(
            self.box.center_x, self.box.center_y,
            self.box.width * hypothesis.width * self._region_width,
            self.box.height * hypothesis.height * self._region_height,
            self._parameters.patch_side)

    def features(self, layers: Sequence[Tensor]) -> Tensor:
        """Return what the filters see of N patches (x^L), N×C×rows×columns."""
        return self._project(layers)

    def attend(self, layers: Sequence[Tensor], patch: int = 0) -> Tensor | None:
        """Return the attention map m_t for one of the patches; None if it is turned off.

        :return: rows×columns of the deepest layer, in [0, 1]
        """
        if self._ranking is None:
            return None
        return self._ranking.attend(self._project_deep([layers[-1][patch:patch + 1]]))

    def modulate(self, features: Tensor, attention: Tensor | None) -> Tensor:
        """Return x ⊙ (1 + g up(m_t)) for N×C×rows×columns features."""
        if attention is None:
            return features
        enlarged = F.interpolate(
            attention[None, None], features.shape[-2:], mode='bilinear', align_corners=False)
        return features * (1 + self._parameters.attention_gain * enlarged)

    def respond(self, features: Tensor) -> Tensor:
        """Return the responses of N×C×rows×columns features, N×rows×columns."""
        return self._filters.respond(features)

    def score(self, peak: Peak) -> float:
        """Return how likely the box overlaps the target by more than half, in [0, 1]."""
        return self._confidence.score(peak.value)

    def move(self, region: SearchRegion, peak: Peak, size: Hypothesis) -> bool:
        """Put the box where the response has its peak; return whether the peak is trusted.

        A trusted frame, from which may be learned, also changes the box's size and what counts as
        a normal response. Any other moves the box only part of the way: if the target is hidden,
        the peak is a look-alike or noise.

        :param region: the region of the best response
        :param size: what the region was made for
        """
        trusted = self._confidence.trusts(peak.value)
        width, height = self.box.width, self.box.height
        image_width, image_height = self._image_size
        if trusted:
            self._confidence.learn(peak.value)
            width = min(max(width * size.width, self._smallest[0]), image_width)
            height = min(max(height * size.height, self._smallest[1]), image_height)
        part = 1.0 if trusted else self._parameters.doubtful_step
        cell = region.patch_side / self._size
        found = region.to_image(Box(peak.column * cell, peak.row * cell, cell, cell))
        x = self.box.center_x + part * (found.center_x - self.box.center_x)
        y = self.box.center_y + part * (found.center_y - self.box.center_y)
        self.box = Box.from_center(
            min(max(x, 0.0), image_width), min(max(y, 0.0), image_height), width, height)
        return trusted

    def learn(
        self, features: Tensor, peak: Peak, layers: Sequence[Tensor], plain: SearchRegion,
    ) -> None:
        """Teach filters and kernels what the target looks like now.

        :param features: C×rows×columns, modulated, in which the peak was found
        :param layers: the network's layers, those of the plain region first
        :param plain: the region for the size of the frame before, which was attended to
        """
        self._trusted += 1
        if self._trusted % self._parameters.learn_period:
            return
        self._filters.learn(features, peak.row, peak.column)
        if self._trusted // self._parameters.learn_period % self._parameters.update_period == 0:
            self._filters.update()
        if self._ranking is not None:
            deep = self._project_deep([layers[-1][:1]])
            box = plain.to_patch(self.box)
            self._ranking.renew(
                deep, *self._cell((box.center_y, box.center_x), deep.shape[-1]))

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

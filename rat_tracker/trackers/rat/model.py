"""What ``rat`` learns of one target, its filters and its kernels, on the engine's device."""

from __future__ import annotations

from collections.abc import Sequence
import math

import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.confidence import Confidence
from rat_tracker.online.distractors import Map
from rat_tracker.online.kernel_ranking import KernelRanking
from rat_tracker.online.kernel_ranking import RidgeKernelFit
from rat_tracker.online.part_filters import PartFilters
from rat_tracker.online.projection import FeatureProjection
from rat_tracker.online.response import cosine_window
from rat_tracker.online.response import PeakFinder
from rat_tracker.online.scale_search import FeatureResampler
from rat_tracker.online.scale_search import scale_candidates
from rat_tracker.trackers.rat.parameters import RatParameters

# How far the peak at another scale may be from the peak at that of the frame before, in cells.
_NEAR = 3


class RatModel:
    """Made from the first frame, taught by the later ones.

    Its methods read nothing back from the device and take no decision, so that they can be
    captured as CUDA graphs. ``learn`` and ``update`` change ``tensors`` in place; ``learn`` reads
    the tensors of the last ``search_scales``: if one of the two is captured, both are.

    :param layers: the network's layers for S samples of the first frame, the plain one first
    :param centers: row and column of the target's centre in each sample, in patch pixels
    :param fraction: height and width of the target as fractions of the region's
    """

    def __init__(
        self, parameters: RatParameters, layers: Sequence[Tensor],
        centers: Sequence[tuple[float, float]], fraction: tuple[float, float],
    ) -> None:
        self._parameters = parameters
        device = layers[0].device
        self._project = FeatureProjection([layer[:1] for layer in layers], parameters.channels)
        features = self._project(layers)
        self._size = size = features.shape[-1]
        height, width = fraction
        positions = torch.tensor(centers, device=device)
        self._ranking: KernelRanking | None = None
        if parameters.attention_gain:
            self._project_deep = FeatureProjection(
                [layers[-1][:1]], parameters.ranking_channels)
            deep = self._project_deep([layers[-1]])
            # From a cell of the features to one of the deepest layer.
            self._deep_scale = deep.shape[-1] / size
            ranking = parameters.ranking
            self._ranking = KernelRanking(
                ranking, RidgeKernelFit(ranking.kernel_size, ranking.regularisation), deep,
                self._cells(positions, deep.shape[-1]), math.sqrt(width * height) * deep.shape[-1])
            # The filters learn what they will see: features under imperfect attention.
            features = torch.cat([
                self.modulate(
                    features[index:index + 1], self.attend(self.rank(deep[index:index + 1])))
                for index in range(len(features))])
        self._filters = PartFilters(
            parameters.filters, features, self._cells(positions, size), height * size,
            width * size)
        candidates = scale_candidates(parameters.scale)
        margin_rows, margin_columns = self._filters.margin()
        self._resample = FeatureResampler(
            candidates, size, size, (margin_rows + _NEAR, margin_columns + _NEAR), device)
        self._factors = torch.tensor(
            [(each.height, each.width) for each in candidates], device=device)
        self._middle = (size - 1) / 2
        self._window = cosine_window(size, parameters.window).to(device)
        # Graphs read them where they were when they were captured.
        self._distractor_weights = torch.ones(1, size, size, device=device)
        self._distractors_known = False
        penalties = torch.tensor([each.penalty for each in candidates], device=device)
        side = 2 * _NEAR + 1
        self._find_peak = PeakFinder(penalties[:, None, None].expand(-1, side, side))
        first_peak = float(self._filters.respond(features[:1]).max())
        self.confidence = Confidence(parameters.confidence, first_peak)
        self._clear_peak = parameters.scale.least_peak * first_peak

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All that ``learn`` and ``update`` change."""
        kernels = () if self._ranking is None else self._ranking.tensors
        return (*self._filters.tensors, *kernels)

    @property
    def memory_bytes(self) -> int:
        """The bytes of what was learned: samples, filters, kernels and bases; they do not grow."""
        kept = self._project.memory_bytes + self._filters.memory_bytes
        if self._ranking is not None:
            kept += self._project_deep.memory_bytes + self._ranking.memory_bytes
        return kept

    def project(self, layers: Sequence[Tensor]) -> tuple[Tensor, Tensor | None]:
        """Return x^L of all layers and x^S of the deepest one, None without attention.

        :param layers: the network's layers for one patch
        :return: 1×C×rows×columns each
        """
        deep = None if self._ranking is None else self._project_deep([layers[-1]])
        return self._project(layers), deep

    def rank(self, deep: Tensor | None) -> tuple[Tensor, Tensor] | None:
        """Rank the kernels on x^S; see ``KernelRanking.rank``. None without attention."""
        return None if self._ranking is None or deep is None else self._ranking.rank(deep)

    def attend(self, ranked: tuple[Tensor, Tensor] | None) -> Tensor | None:
        """Return the attention map m_t of the best kernel, in [0, 1].

        :param ranked: see ``rank``
        :return: rows×columns of the deepest layer; None without attention
        """
        if self._ranking is None or ranked is None:
            return None
        return self._ranking.attention(*ranked)

    def modulate(self, features: Tensor, attention: Tensor | None) -> Tensor:
        """Return x^L ⊙ (1 + g up(m_t)): the residual connection of the paper's fig. 2."""
        if attention is None:
            return features
        enlarged = F.interpolate(
            attention[None, None], features.shape[-2:], mode='bilinear', align_corners=False)
        return features * (1 + self._parameters.attention_gain * enlarged)

    def respond(self, features: Tensor) -> Tensor:
        """Return the votes of the parts' responses w^(l) * x^L, 1×rows×columns."""
        return self._filters.respond(features)

    def set_distractor_weights(self, weights: Map | None) -> None:
        """Set what responses are multiplied by for distractors; see ``Distractors.weights``."""
        if weights is not None:
            self._distractor_weights[0].copy_(torch.from_numpy(weights), non_blocking=True)
        elif self._distractors_known:
            self._distractor_weights.fill_(1)
        self._distractors_known = weights is not None

    def search_scales(
        self, features: Tensor, deep: Tensor | None, response: Tensor, prior: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the scale that answers best near the peak of the response, and its peak.

        Features, scale and position are kept for ``learn``, which learns from them.

        :param response: of the features, which are those at the scale of the frame before
        :param prior: 1×rows×columns, by which the response is multiplied where its peak is
            searched; position and value of the peak are the response's own
        :return: index of the scale candidate, int64; row and column of the peak in cells of the
            features at that scale; its value: one-dimensional
        """
        # Where the target is at the scale of the frame before; other scales answer close by.
        weighted = response * self._window
        if prior is not None:
            weighted = weighted * prior
        sought = weighted
        if self._parameters.distractors.suppression:
            sought = weighted * self._distractor_weights
        cell = sought.view(-1).argmax()
        row, column = cell // self._size, cell % self._size
        near = self._filters.respond_within(self._resample.near(features, row, column))
        scale_index, position, value = self._find_peak(near, response.amax() < self._clear_peak)
        position = position + torch.stack((row, column)) - _NEAR
        self._seen = features, deep, scale_index, position
        self._sought = weighted, sought
        return scale_index, position, value

    def sought(self) -> tuple[Tensor, Tensor]:
        """Return in what the last ``search_scales`` searched the peak, but for distractors.

        :return: the response with its window and its prior, 1×rows×columns; value of the peak that
            was chosen, where distractors count for little
        """
        weighted, sought = self._sought
        return weighted, sought.amax()[None]

    def peak_point(self, scale_index: Tensor, position: Tensor) -> Tensor:
        """Return row and column of a peak in patch pixels; see ``search_scales``."""
        plain = self._at_plain_scale(scale_index, position)
        return (plain + 0.5) * (self._parameters.patch_side / self._size)

    def learn(self) -> None:
        """Teach the memory and the kernels what the target looks like in the last frame."""
        features, deep, scale_index, position = self._seen
        self._filters.learn(self._resample.whole(features, scale_index), position)
        if self._ranking is not None and deep is not None:
            # The deepest layer shows the region at the scale before.
            plain = self._at_plain_scale(scale_index, position)
            self._ranking.replace_worst(deep, (plain + 0.5) * self._deep_scale - 0.5)

    def update(self) -> None:
        """Fit the filters to the memory."""
        self._filters.update()

    def _at_plain_scale(self, scale_index: Tensor, position: Tensor) -> Tensor:
        """Turn cells at a scale candidate into cells at the scale of the frame before."""
        factor = self._factors.index_select(0, scale_index)[0]
        return self._middle + (position - self._middle) * factor

    def _cells(self, positions: Tensor, size: int) -> Tensor:
        """Turn rows and columns in patch pixels into cells of a map."""
        return positions * (size / self._parameters.patch_side) - 0.5

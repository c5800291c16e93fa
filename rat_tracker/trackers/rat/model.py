"""What ``rat`` learns of one target: its filters and its kernels, on the engine's device."""

from __future__ import annotations

from collections.abc import Sequence
import math

import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.confidence import Confidence
from rat_tracker.online.kernel_ranking import KernelRanking
from rat_tracker.online.kernel_ranking import RidgeKernelUpdate
from rat_tracker.online.part_filters import PartFilters
from rat_tracker.online.projection import FeatureProjection
from rat_tracker.online.response import cosine_window
from rat_tracker.online.response import PeakFinder
from rat_tracker.online.shape_search import FeatureResampler
from rat_tracker.online.shape_search import hypotheses
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.trackers.rat.parameters import RatParameters

# What ``look`` says first: the number of the size, row, column and value of the peak.
FOUND = 4
# How far the peak at another size may be from the peak at the size of the frame before, in cells.
_NEAR = 3


class RatModel:
    """Made from the first frame, taught by the later ones.

    ``look``, ``learn`` and ``update`` read nothing back from the device and take no decision, so
    each can be recorded as a CUDA graph. ``learn`` and ``update`` change ``tensors`` in place.
    ``learn`` reads tensors that the last ``look`` made: if one of the two is recorded, both are.

    :param layers: the network's layers for S views of the first frame, the plain one first
    :param centers: row and column of the target's centre in each view, in patch pixels
    :param part: height and width of the target as parts of the region's
    """

    def __init__(
        self, parameters: RatParameters, layers: Sequence[Tensor],
        centers: Sequence[tuple[float, float]], part: tuple[float, float],
    ) -> None:
        self._parameters = parameters
        device = layers[0].device
        self._project = FeatureProjection([layer[:1] for layer in layers], parameters.channels)
        features = self._project(layers)
        self._size = size = features.shape[-1]
        down, across = part
        places = torch.tensor(centers, device=device)
        self._ranking: KernelRanking | None = None
        if parameters.attention_gain:
            self._project_deep = FeatureProjection(
                [layers[-1][:1]], parameters.ranking_channels)
            deep = self._project_deep([layers[-1]])
            # From a cell of the features to one of the deepest layer.
            self._deep_scale = deep.shape[-1] / size
            ranking = parameters.ranking
            self._ranking = KernelRanking(
                ranking, RidgeKernelUpdate(ranking.kernel_size, ranking.regularisation), deep,
                self._cells(places, deep.shape[-1]), math.sqrt(across * down) * deep.shape[-1])
            # The filters learn what they will see: features under imperfect attention.
            features = torch.cat([
                self._modulate(features[view:view + 1],
                               self._ranking.attend(deep[view:view + 1]))
                for view in range(len(features))])
        self._filters = PartFilters(
            parameters.filters, features, self._cells(places, size), down * size, across * size)
        sizes = hypotheses(parameters.shape)
        margin_down, margin_across = self._filters.margin()
        self._resample = FeatureResampler(
            sizes, size, size, (margin_down + _NEAR, margin_across + _NEAR), device)
        self._factors = torch.tensor([(each.height, each.width) for each in sizes], device=device)
        self._middle = (size - 1) / 2
        self._window = cosine_window(size, parameters.window).to(device)
        penalties = torch.tensor([each.penalty for each in sizes], device=device)
        side = 2 * _NEAR + 1
        self._find = PeakFinder(penalties[:, None, None].expand(-1, side, side))
        first_peak = float(self._filters.respond(features[:1]).max())
        self.confidence = Confidence(parameters.confidence, first_peak)
        self._clear_peak = parameters.shape.least_peak * first_peak

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

    def look(self, layers: Sequence[Tensor], watch: Stopwatch) -> Tensor:
        """Find the target in a patch.

        :param layers: the network's layers for the patch
        :return: ``FOUND`` values: the size's number, row and column of the peak in cells of the
            features of that size, its value; then the attention map m_t, in [0, 1], row by row,
            rows×columns of the deepest layer; float32
        """
        features = self._project(layers)
        watch.lap('projection')
        said = []
        if self._ranking is not None:
            self._deep = self._project_deep([layers[-1]])
            attention = self._ranking.attend(self._deep)
            features = self._modulate(features, attention)
            said = [attention.flatten()]
        self._features = features
        watch.lap('attention')
        # Where the target is at the size of the frame before; other sizes answer close by.
        response = self._filters.respond(features)
        cell = (response * self._window).view(-1).argmax()
        row, column = cell // self._size, cell % self._size
        watch.lap('response')
        near = self._filters.respond_within(self._resample.near(features, row, column))
        self._number, place, value = self._find(near, response.amax() < self._clear_peak)
        self._place = place + torch.stack((row, column)) - _NEAR
        found = torch.cat((self._number, self._place, value, *said))
        watch.lap('sizes')
        return found

    def learn(self) -> None:
        """Teach the memory and the kernels what the target looks like in the patch looked at."""
        self._filters.learn(self._resample.whole(self._features, self._number), self._place)
        if self._ranking is not None:
            # The deepest layer shows the region of the size before.
            factor = self._factors.index_select(0, self._number)[0]
            plain = self._middle + (self._place - self._middle) * factor
            self._ranking.renew(self._deep, (plain + 0.5) * self._deep_scale - 0.5)

    def update(self) -> None:
        """Fit the filters to the memory."""
        self._filters.update()

    def _modulate(self, features: Tensor, attention: Tensor) -> Tensor:
        """Return x ⊙ (1 + g up(m_t)) for N×C×rows×columns features."""
        enlarged = F.interpolate(
            attention[None, None], features.shape[-2:], mode='bilinear', align_corners=False)
        return features * (1 + self._parameters.attention_gain * enlarged)

    def _cells(self, places: Tensor, size: int) -> Tensor:
        """Turn rows and columns in patch pixels into cells of a map."""
        return places * (size / self._parameters.patch_side) - 0.5

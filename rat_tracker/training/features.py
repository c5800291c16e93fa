"""Features of patches, from the frozen backbone on the fastest engine of the machine."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
import math

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rat_tracker.engines.creation import create_engine
from rat_tracker.geometry import Patches
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.training.batch import Batch
from rat_tracker.training.patches import Pair
from rat_tracker.training.patches import Patch
from rat_tracker.weights import EFFICIENTNET_LITE0

# Draws so many pairs by a generator of random numbers, as ``PairSampler.batch`` does.
DrawPairs = Callable[[np.random.Generator, int], Sequence[Pair]]
Features = npt.NDArray[np.float16]
Truth = npt.NDArray[np.float32]  # a row for each pair, see ``_row``
Masks = npt.NDArray[np.float16]

TRUTH_WIDTH = 13
MASK_CELLS = 32  # each way


class Backbone:
    """The frozen network up to a recipe's layers.

    :param layers: names from ``FEATURE_LAYERS``
    :param patches: how many it is called with
    :param side: of a patch, in pixels
    :param device: see ``create_engine``
    :raises ValueError: see ``create_engine``
    :raises rat_tracker.weights.WeightsError: the weights are missing or corrupt
    """

    def __init__(self, layers: Sequence[str], patches: int, side: int, device: str) -> None:
        network = EfficientNetLite0(layers, side)
        network.load_weights(EFFICIENTNET_LITE0.load())
        self._engine = create_engine(network, (patches, side, side, 3), device=device)
        self._shapes = tuple(
            (layer.channels, -(-side // layer.stride), -(-side // layer.stride))
            for layer in (FEATURE_LAYERS[name] for name in layers))
        self._sizes = [math.prod(shape) for shape in self._shapes]
        self.patches = patches
        self.size = sum(self._sizes)  # how many numbers the features of a patch are
        self.name = self._engine.name
        self.device = self._engine.device

    def features(self, patches: Patches) -> Features:
        """Return the features of so many patches as it was made for, N×``size``."""
        outputs = self._engine(torch.from_numpy(patches).to(self.device))
        joined = torch.cat([output.flatten(1) for output in outputs], 1)
        return joined.half().cpu().numpy()

    def maps(self, features: Features) -> tuple[Tensor, ...]:
        """Return features of n patches, n×``size``, as n×C×h×w float32 maps, layer by layer."""
        parts = torch.split(torch.from_numpy(features).to(self.device), self._sizes, 1)
        return tuple(part.float().reshape(-1, *shape)
                     for part, shape in zip(parts, self._shapes, strict=True))


@dataclass(frozen=True)
class PairFeatures:
    """Features of n pairs, and what they show.

    :param features: n×2×size, template and search patch
    :param truth: n×13
    :param masks: n×32×32, how much of each cell of the search patch shows the target
    """

    features: Features
    truth: Truth
    masks: Masks

    def batch(self, backbone: Backbone, chosen: npt.NDArray[np.intp]) -> Batch:
        """Return some of the pairs, by their numbers, on the backbone's device."""
        features = self.features[chosen]
        truth = torch.from_numpy(self.truth[chosen]).to(backbone.device)
        return Batch(
            template=backbone.maps(features[:, 0]), template_boxes=truth[:, :4],
            search=backbone.maps(features[:, 1]), boxes=truth[:, 4:8], expected=truth[:, 8:10],
            present=truth[:, 10] > 0, tight=truth[:, 11] > 0,
            masks=torch.from_numpy(self.masks[chosen]).to(backbone.device).float(),
            masked=truth[:, 12] > 0)


class PairSource:
    """Draws pairs and computes their features, a chunk at a time.

    What a chunk holds depends on the seed and its number alone.

    :param draw: see ``DrawPairs``
    :param backbone: it is called with the patches of one chunk
    :param seed: numbers, the same for the same pairs
    """

    def __init__(self, draw: DrawPairs, backbone: Backbone, seed: tuple[int, ...]) -> None:
        self.backbone = backbone
        self.pairs = backbone.patches // 2  # in a chunk
        self._draw, self._seed = draw, seed

    def chunk(self, number: int) -> PairFeatures:
        """Return the pairs of a chunk, counted from 0.

        :raises rat_tracker.datasets.DatasetError: hardly any picture can be read
        """
        pairs = self._draw(np.random.default_rng((*self._seed, number)), self.pairs)
        features = self.backbone.features(np.stack([
            patch.pixels for pair in pairs for patch in (pair.template, pair.search)]))
        return PairFeatures(features.reshape(self.pairs, 2, -1),
                            np.array([_row(pair) for pair in pairs], np.float32),
                            np.stack([_mask(pair.search) for pair in pairs]))


def _row(pair: Pair) -> tuple[float, ...]:
    """Return both boxes, the expected size, and whether it is present, tight and masked."""
    search = pair.search
    return (*pair.template.box, *search.box, *search.expected, search.present, search.tight,
            search.mask is not None)


def _mask(patch: Patch) -> Masks:
    """Return 32×32: how much of each cell shows the target, by its mask; zeros without one."""
    if patch.mask is None:
        return np.zeros((MASK_CELLS, MASK_CELLS), np.float16)
    each = len(patch.mask) // MASK_CELLS
    return patch.mask.reshape(MASK_CELLS, each, MASK_CELLS, each).mean((1, 3), dtype=np.float16)

"""``rat``: ranking based attention and a part-based filter.

Peng, Kamata, Breckon: A ranking based attention approach for visual tracking, ICIP 2019. This is
the online part of the paper. What needs offline training there (ConvLSTM, PreNet, the network
that makes the first kernels) is replaced as ``rat_tracker.online.kernel_ranking`` says;
docs/accuracy.md lists this and every other difference.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rat_tracker.engines import create_engine
from rat_tracker.engines import Patches
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import require_image
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.online.augmentation import vary
from rat_tracker.online.response import cosine_window
from rat_tracker.online.response import find_peak
from rat_tracker.online.shape_search import rounds
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.tracker import Attention
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers.rat_model import RatModel
from rat_tracker.trackers.rat_model import region_size
from rat_tracker.trackers.rat_parameters import RatParameters
from rat_tracker.weights import EFFICIENTNET_LITE0


class RatTracker:
    """Follow one target; see ``rat_tracker.tracker.Tracker`` for the contract.

    :param parameters: see ``RatParameters``
    :param engine: one of ``rat_tracker.engines.ENGINES``
    :param device: one of ``rat_tracker.engines.DEVICES``
    :raises ValueError: an engine or device that is unknown or cannot run here
    :raises rat_tracker.weights.WeightsError: the network's weights are missing or corrupt
    """

    def __init__(
        self, parameters: RatParameters | None = None, *, engine: str = 'auto',
        device: str = 'auto',
    ) -> None:
        self.parameters = parameters = parameters or RatParameters()
        self._rounds = rounds(parameters.shape)
        network = EfficientNetLite0(parameters.layers, parameters.patch_side)
        network.load_weights(EFFICIENTNET_LITE0.load())
        patches = (len(self._rounds[0]), parameters.patch_side, parameters.patch_side, 3)
        self._engine = create_engine(network, patches, engine, device)
        self._patches = np.empty(patches, np.uint8)
        self._penalties = torch.tensor(
            [[size.penalty for size in sizes] for sizes in self._rounds])[..., None, None]
        stride = min(FEATURE_LAYERS[name].stride for name in parameters.layers)
        self._window = cosine_window(-(-parameters.patch_side // stride), parameters.window)
        self._model: RatModel | None = None
        self._image_size = (0, 0)
        self._frames = 0  # since the target was selected

    @property
    def engine(self) -> str:
        return self._engine.name

    @property
    def memory_bytes(self) -> int:
        return self._patches.nbytes + (self._model.memory_bytes if self._model else 0)

    @torch.inference_mode()
    def init(self, image: Image, box: Box) -> None:
        width, height = require_image(image)
        box.require_inside(width, height)
        parameters = self.parameters
        views, centers = vary(
            image, box, *region_size(box, parameters.region_factor), parameters.patch_side)
        self._model = RatModel(parameters, (width, height), box, self._run(views), centers)
        self._image_size = (width, height)
        self._frames = 0

    @torch.inference_mode()
    def track(self, image: Image) -> TrackResult:
        model = self._model
        if model is None:
            raise RuntimeError('there is no target to track; call init first')
        width, height = require_image(image)
        if (width, height) != self._image_size:
            raise ValueError(f'the image is {width}x{height}, the target was selected in one of '
                             f'{self._image_size[0]}x{self._image_size[1]}; select it again')
        watch = Stopwatch()
        turn = self._frames % len(self._rounds)
        self._frames += 1
        sizes = self._rounds[turn]
        regions = [model.region(size) for size in sizes]
        for region, patch in zip(regions, self._patches, strict=True):
            region.crop(image, out=patch)
        watch.lap('crop')
        layers = self._engine(self._patches)
        watch.lap('network')
        features = model.features(layers)
        watch.lap('projection')
        # All sizes share the attention of the first one: they show almost the same.
        attention = model.attend(layers)
        features = model.modulate(features, attention)
        watch.lap('attention')
        # What follows needs single values: one transfer instead of many.
        responses = model.respond(features).cpu()
        weighted = responses * self._window * self._penalties[turn]
        best = int(weighted.flatten(1).amax(1).argmax())
        peak = find_peak(responses[best], self._window)
        watch.lap('response')
        if model.move(regions[best], peak, sizes[best]):
            model.learn(features[best], peak, layers, regions[0])
        watch.lap('learning')
        seen = None if attention is None else Attention(
            attention.cpu().numpy(), regions[0].box)
        return TrackResult(model.box, model.score(peak), seen, watch.laps)

    def _run(self, views: Patches) -> list[Tensor]:
        """Run any number of patches through the engine's fixed batch; the results are copies."""
        batch = len(self._patches)
        outputs = []
        for start in range(0, len(views), batch):
            part = views[start:start + batch]
            self._patches[:len(part)] = part
            outputs.append([layer[:len(part)].clone() for layer in self._engine(self._patches)])
        return [torch.cat(parts) for parts in zip(*outputs, strict=True)]

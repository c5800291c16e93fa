"""``rat``: ranking based attention and a part-based filter.

Peng, Kamata, Breckon: A ranking based attention approach for visual tracking, ICIP 2019. This is
the online part of the paper. What needs offline training there (ConvLSTM, PreNet, the network
that makes the first kernels) is replaced as ``rat_tracker.online.kernel_ranking`` says;
docs/accuracy.md lists this and every other difference.
"""

from __future__ import annotations

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
from rat_tracker.online.shape_search import FeatureResampler
from rat_tracker.online.shape_search import hypotheses
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
    :param precision: one of ``rat_tracker.engines.PRECISIONS``
    :raises ValueError: an engine, device or precision that is unknown or cannot run here
    :raises rat_tracker.weights.WeightsError: the network's weights are missing or corrupt
    """

    def __init__(
        self, parameters: RatParameters | None = None, *, engine: str = 'auto',
        device: str = 'auto', precision: str = 'auto',
    ) -> None:
        self.parameters = parameters = parameters or RatParameters()
        self._sizes = hypotheses(parameters.shape)
        network = EfficientNetLite0(parameters.layers, parameters.patch_side)
        network.load_weights(EFFICIENTNET_LITE0.load())
        patch = (1, parameters.patch_side, parameters.patch_side, 3)
        self._engine = create_engine(network, patch, engine, device, precision)
        # From page-locked memory the GPU fetches the patch while the host goes on.
        self._patch = torch.empty(
            patch, dtype=torch.uint8, pin_memory=self._engine.device.type == 'cuda')
        stride = min(FEATURE_LAYERS[name].stride for name in parameters.layers)
        side = -(-parameters.patch_side // stride)
        self._resample = FeatureResampler(self._sizes, side, side, self._engine.device)
        self._window = cosine_window(side, parameters.window)
        # One product weighs places and sizes.
        self._weights = self._window * torch.tensor(
            [size.penalty for size in self._sizes])[:, None, None]
        self._model: RatModel | None = None
        self._image_size = (0, 0)

    @property
    def engine(self) -> str:
        return self._engine.name

    @property
    def memory_bytes(self) -> int:
        return self._patch.nbytes + (self._model.memory_bytes if self._model else 0)

    @torch.inference_mode()
    def init(self, image: Image, box: Box) -> None:
        width, height = require_image(image)
        box.require_inside(width, height)
        self._engine.renew()
        parameters = self.parameters
        views, centers = vary(
            image, box, *region_size(box, parameters.region_factor), parameters.patch_side)
        self._model = RatModel(parameters, (width, height), box, self._run(views), centers)
        self._image_size = (width, height)

    @torch.inference_mode()
    def track(self, image: Image) -> TrackResult:
        model = self._model
        if model is None:
            raise RuntimeError('there is no target to track; call init first')
        width, height = require_image(image)
        if (width, height) != self._image_size:
            raise ValueError(f'the image is {width}x{height}, the target was selected in one of '
                             f'{self._image_size[0]}x{self._image_size[1]}; select it again')
        self._engine.renew()
        watch = Stopwatch()
        plain = model.region(self._sizes[0])
        plain.crop(image, out=self._patch[0].numpy())
        watch.lap('crop')
        layers = self._engine(self._patch.to(self._engine.device, non_blocking=True))
        watch.lap('network')
        features = model.features(layers)
        watch.lap('projection')
        attention = model.attend(layers)
        features = self._resample(model.modulate(features, attention))
        watch.lap('attention')
        # What follows needs single values: one transfer instead of many.
        responses = model.respond(features).cpu()
        best = int((responses * self._weights).flatten(1).amax(1).argmax())
        peak = find_peak(responses[best], self._window)
        watch.lap('response')
        size = self._sizes[best]
        if model.move(model.region(size), peak, size):
            model.learn(features[best], peak, layers, plain)
        watch.lap('learning')
        seen = None if attention is None else Attention(
            attention.cpu().numpy(), plain.box)
        return TrackResult(model.box, model.score(peak), seen, watch.laps)

    def _run(self, views: Patches) -> list[Tensor]:
        """Run views one by one, as the engine takes them; the results are copies."""
        shown = torch.from_numpy(views).to(self._engine.device)
        outputs = [[layer.clone() for layer in self._engine(view[None])] for view in shown]
        return [torch.cat(parts) for parts in zip(*outputs, strict=True)]

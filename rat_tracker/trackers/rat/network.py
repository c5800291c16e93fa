"""The network that ``rat`` sees patches with: the backbone, and the box head if it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.creation import create_engine
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import Patches
from rat_tracker.geometry import region_size
from rat_tracker.geometry import SearchRegion
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.box_head import BoxHead
from rat_tracker.networks.conditioned import BackboneWithBoxHead
from rat_tracker.trackers.rat.parameters import RatParameters
from rat_tracker.weights import EFFICIENTNET_LITE0
from rat_tracker.weights.trained import TrainedWeights

# Side of the region that the box head's templates are taken from, over the target's; as trained.
_TEMPLATE_FACTOR = 2.6


class RatNetwork:
    """Backbone and box head in one engine, and the head's template of the target.

    :param engine: see ``RatTracker``, as ``device`` and ``precision``
    :raises ValueError: see ``create_engine``
    :raises rat_tracker.weights.WeightsError: weights are missing or corrupt
    """

    def __init__(
        self, parameters: RatParameters, engine: str, device: str, precision: str,
    ) -> None:
        self._side = side = parameters.patch_side
        self._layers = len(parameters.layers)
        backbone = EfficientNetLite0(parameters.layers, side)
        backbone.load_weights(EFFICIENTNET_LITE0.load())
        self._head = _load_head() if parameters.box_estimator.used else None
        network: nn.Module = backbone
        inputs: tuple[tuple[int, ...], ...] = ()
        if self._head is not None:
            network = conditioned = BackboneWithBoxHead(backbone, self._head)
            inputs = conditioned.input_shapes()
        self.engine = create_engine(
            network, (1, side, side, 3), engine, device, precision, inputs)
        # Graphs read the template where it was when they were captured.
        self._template = tuple(
            torch.zeros(shape, device=self.engine.device) for shape in inputs)

    @contextmanager
    def template_of(self, image: Image, box: Box) -> Iterator[None]:
        """Let the head know a target by its look in the first frame.

        If what is done in this context fails, it knows the target before again.
        """
        before = [kept.clone() for kept in self._template]
        try:
            self._take_template(image, box)
            yield
        except BaseException:
            for kept, old in zip(self._template, before, strict=True):
                kept.copy_(old)
            raise

    def _take_template(self, image: Image, box: Box) -> None:
        if self._head is None:
            return
        region = SearchRegion.around(
            box.center_x, box.center_y, *region_size(box, _TEMPLATE_FACTOR), self._side)
        (fine, coarse), _ = self.see_all(region.crop(image)[None])
        in_patch = torch.tensor(
            [region.to_patch(box).values], dtype=torch.float32, device=self.engine.device)
        for kept, new in zip(
                self._template, self._head.encode(fine, coarse, in_patch), strict=True):
            kept.copy_(new)

    def see(self, patches: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """Return the layers of a patch, and what the box head says of it, if there is one.

        :param patches: 1×side×side×3 uint8, on the engine's device
        :return: the backbone's layers; nothing, or quality and distances as
            ``BackboneWithBoxHead.forward`` returns them. The next call may overwrite both
        """
        outputs = self.engine(patches, *self._template)
        return outputs[:self._layers], outputs[self._layers:]

    def see_all(self, samples: Patches) -> tuple[list[Tensor], list[Tensor]]:
        """Return what ``see`` returns for each of N samples, joined; these are copies."""
        patches = torch.from_numpy(samples).to(self.engine.device)
        outputs = [[output.clone() for output in self.engine(patch[None], *self._template)]
                   for patch in patches]
        joined = [torch.cat(each) for each in zip(*outputs, strict=True)]
        return joined[:self._layers], joined[self._layers:]


def _load_head() -> BoxHead:
    head = BoxHead()
    head.load_state_dict(TrainedWeights('box_head').load())
    return head.eval()

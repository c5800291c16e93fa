"""How the stages of stride 16 are tuned, and the box head with them: by the head's own losses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from torch import nn
from torch import Tensor

from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.backbones.tuned_stages import TunedStages
from rat_tracker.networks.box_head import BoxHead
from rat_tracker.training.batch import Batch
from rat_tracker.training.recipes import box_head
from rat_tracker.weights import EFFICIENTNET_LITE0
from rat_tracker.weights.trained import TrainedWeights


class TunedBoxHead(nn.Module):
    """The stages behind stride 8, and the head that reads them."""

    def __init__(self) -> None:
        super().__init__()
        backbone = EfficientNetLite0(('stride16',), box_head.RECIPE.patch_side)
        backbone.load_weights(EFFICIENTNET_LITE0.load())
        self.stages = TunedStages(backbone)
        self.head = BoxHead()
        self.head.load_state_dict(TrainedWeights('box_head').load())

    def see(self, batch: Batch) -> Batch:
        """Return the batch with the features of stride 16 that it lacks."""
        (template,), (search,) = batch.template, batch.search
        return replace(batch, template=(template, self.stages(template)),
                       search=(search, self.stages(search)))


def prepare(network: nn.Module, batches: Iterable[Batch]) -> None:
    """Do nothing: the head goes on with the mean and deviation that it knows."""


def losses(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """Return the losses of boxes and of quality; see the recipe ``box_head``."""
    assert isinstance(network, TunedBoxHead)
    return box_head.losses(network.head, network.see(batch))


def figures(network: nn.Module, batches: Iterable[Batch]) -> dict[str, float]:
    """Return the figures of held-back pairs; see the recipe ``box_head``."""
    assert isinstance(network, TunedBoxHead)
    return box_head.figures(network.head, (network.see(batch) for batch in batches))


RECIPE = replace(
    box_head.RECIPE,
    name='tuned_box_head',
    description='the stages of stride 16 for telling targets apart, and the box head behind them',
    layers=('stride8',),
    sampling=replace(box_head.RECIPE.sampling, beside=0.4),
    uses=2,
    schedule=replace(box_head.RECIPE.schedule, peak_rate=2e-4, weight_decay=1e-2),
    build=TunedBoxHead,
    prepare=prepare,
    loss=losses,
    figures=figures,
)

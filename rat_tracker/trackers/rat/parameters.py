"""What can be chosen about ``rat``; docs/accuracy.md says what it is worth, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field

from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.online.confidence import ConfidenceParameters
from rat_tracker.online.kernel_ranking import RankingParameters
from rat_tracker.online.part_filters import PartFilterParameters
from rat_tracker.online.shape_search import ShapeParameters
from rat_tracker.parameters import require_ranges


@dataclass(frozen=True)
class RatParameters:
    """The parts' parameters, and those that belong to no part."""

    layers: tuple[str, ...] = ('stride8', 'stride16')  # of the network; the deepest last
    patch_side: int = 256  # pixels; H = W, 255 in the paper
    region_factor: float = 2.6  # side of the search region over the target's
    channels: int = 32  # features kept of all layers together
    ranking_channels: int = 32  # features kept of the deepest layer, for the kernels
    window: float = 0.5  # how far the response falls off at the region's edge, 0 to 1
    learn_period: int = 2  # of so many trusted frames one is learned from
    update_period: int = 3  # frames learned from between two updates of the filters
    attention_gain: float = 0.4  # g in x ⊙ (1 + g m_t); the paper's 1; 0 turns attention off
    smallest_side: float = 4.0  # pixels; a target never shrinks to less
    doubtful_step: float = 0.5  # part of the way that the box goes to a peak that is not trusted
    filters: PartFilterParameters = field(default_factory=PartFilterParameters)
    ranking: RankingParameters = field(default_factory=RankingParameters)
    shape: ShapeParameters = field(default_factory=ShapeParameters)
    confidence: ConfidenceParameters = field(default_factory=ConfidenceParameters)

    def __post_init__(self) -> None:
        require_ranges(self, patch_side=(64, 1024), region_factor=(1.2, 8), window=(0, 0.99),
                       learn_period=(1, 100), update_period=(1, 1000),
                       attention_gain=(0, 10), smallest_side=(1, 100),
                       doubtful_step=(0, 1))
        chosen = [FEATURE_LAYERS[name] for name in self.layers if name in FEATURE_LAYERS]
        if not chosen or len(chosen) < len(self.layers):
            raise ValueError(f'layers are {"+".join(self.layers) or "missing"}; '
                             f'choose from: {", ".join(FEATURE_LAYERS)}')
        if chosen != sorted(chosen, key=lambda layer: layer.stage):
            raise ValueError(f'layers are {"+".join(self.layers)}; name the deepest last')
        require_ranges(self, channels=(1, sum(layer.channels for layer in chosen)),
                       ranking_channels=(1, chosen[-1].channels))

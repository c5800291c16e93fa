"""What can be chosen about ``rat``. What each choice is worth: docs/accuracy.md."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field

from rat_tracker.online.confidence import ConfidenceParameters
from rat_tracker.online.kernel_ranking import RankingParameters
from rat_tracker.online.part_filters import PartFilterParameters
from rat_tracker.online.shape_search import ShapeParameters
from rat_tracker.ranges import require_ranges


@dataclass(frozen=True)
class RatParameters:
    """The parts' parameters, and those that belong to no part."""

    layers: tuple[str, ...] = ('stride8', 'stride16')  # of the network; the deepest last
    patch_side: int = 256  # pixels; H = W of the paper
    region_factor: float = 2.3  # side of the search region over the target's
    channels: int = 32  # features kept of all layers together
    ranking_channels: int = 32  # features kept of the deepest layer, for the kernels
    window: float = 0.5  # how far the response falls off at the region's edge, 0 to 1
    update_period: int = 5  # frames between two updates of the filters
    attention_gain: float = 0.4  # g of x ⊙ (1 + g m_t), eq. 8 ff.; 0 turns the attention off
    smallest_side: float = 4.0  # pixels; a target never gets narrower or lower
    filters: PartFilterParameters = field(default_factory=PartFilterParameters)
    ranking: RankingParameters = field(default_factory=RankingParameters)
    shape: ShapeParameters = field(default_factory=ShapeParameters)
    confidence: ConfidenceParameters = field(default_factory=ConfidenceParameters)

    def __post_init__(self) -> None:
        require_ranges(self, patch_side=(64, 1024), region_factor=(1.2, 8), channels=(1, 512),
                       ranking_channels=(1, 512), window=(0, 0.99), update_period=(1, 1000),
                       attention_gain=(0, 10), smallest_side=(1, 100))

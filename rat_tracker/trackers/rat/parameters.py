"""All parameters of ``rat``: what each is, its unit, its range, and where its value comes from.

"Paper" is Peng, Kamata, Breckon: A ranking based attention approach for visual tracking.
docs/accuracy.md and docs/performance.md ("What was tried") say what was measured, and by which
command; what is "chosen by hand" was not compared with other values there.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field

from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.networks.box_head import STRIDE
from rat_tracker.online.box_estimator import BoxEstimatorParameters
from rat_tracker.online.confidence import ConfidenceParameters
from rat_tracker.online.distractors import DistractorParameters
from rat_tracker.online.kernel_ranking import RankingParameters
from rat_tracker.online.part_filters import PartFilterParameters
from rat_tracker.online.scale_search import ScaleParameters
from rat_tracker.online.target_motion import MotionParameters
from rat_tracker.parameters import parameter
from rat_tracker.parameters import require_odd
from rat_tracker.parameters import require_ranges

# What the box head was trained on.
BOX_HEAD_LAYERS = 'stride8', 'stride16'
MIDPOINT_RANGE = (0.01, 10.0)
SLOPE_RANGE = (0.1, 100.0)


@dataclass(frozen=True)
class RatFilters(PartFilterParameters):
    """The part-based filters w of the paper's section 2.2."""

    grid: int = parameter(
        3, 'Parts in each direction. Paper: 3×3; accuracy.md compares it with 1.', between=(1, 7))
    kernel_size: int = parameter(
        5, "Cells at stride 8, odd. The reach of the paper's 7 at stride 4; performance.md tried "
        '3.', between=(1, 15))
    label_sigma: float = parameter(
        0.07, "Standard deviation of the labels y^(l), as a fraction of the target's side. Chosen "
        'by hand.', between=(0.01, 2.0))
    regularisation: float = parameter(
        1e-2, "λ2, as a fraction of the mean of the normal equations' diagonal, so that it cannot "
        "be compared with the paper's 1e-7. Chosen by hand.", between=(1e-6, 1e3))
    memory: int = parameter(
        30, 'T, frames. Paper: 12; performance.md tried 15.', between=(1, 1000))
    initial_share: float = parameter(
        0.4, 'Share of the weight that eleven samples of the first frame keep beside those '
        'frames. Paper: none. Chosen by hand.', between=(0.0, 1.0))
    initial_iterations: int = parameter(
        30, 'Conjugate gradient steps in the first frame. Chosen by hand.', between=(1, 1000))
    iterations: int = parameter(
        3, 'Conjugate gradient steps of an update. Chosen by hand.', between=(1, 1000))

    def __post_init__(self) -> None:
        require_ranges(self)
        require_odd(self, 'kernel_size')


@dataclass(frozen=True)
class RatRanking(RankingParameters):
    """The kernels c^i of the paper's section 2.1."""

    kernels: int = parameter(
        3, 'N, kernels. Paper: 3; accuracy.md compares it with 1.', between=(1, 9))
    kernel_size: int = parameter(
        5, "Cells at stride 16, odd. The reach of the paper's 11 at stride 8.", between=(1, 15))
    label_sigma: float = parameter(
        0.3, "Standard deviation of the label y^S, as a fraction of the target's side. Wide, so "
        'that the kernels attend to all of the target, not to its middle only. Chosen by hand.',
        between=(0.01, 2.0))
    regularisation: float = parameter(
        3.0, "λ1, as a fraction of the mean of the Gram matrix's diagonal, so that it cannot be "
        "compared with the paper's 1e-10. Strong, so that a kernel does not know the frame that "
        'it was made of better than the next one. Chosen by hand.', between=(1e-6, 1e3))

    def __post_init__(self) -> None:
        require_ranges(self)
        require_odd(self, 'kernel_size')


@dataclass(frozen=True)
class RatScale(ScaleParameters):
    """The search for scale and aspect ratio; in the paper's section 3.1 that for scale alone."""

    step: float = parameter(
        1.04, 'Factor on width and height from candidate to candidate; 1 turns the scale search '
        'off. Chosen by hand; accuracy.md compares it with 1.', between=(1.0, 1.5))
    penalty: float = parameter(
        0.99, 'Factor on the response at another scale. performance.md tried 0.985.',
        between=(0.0, 1.0))
    aspect_step: float = parameter(
        1.04, 'Factor on the width and divisor of the height; 1 turns the search for the aspect '
        'ratio off. Chosen by hand; accuracy.md compares it with 1.', between=(1.0, 1.5))
    aspect_penalty: float = parameter(
        0.985, 'Factor on the response at another aspect ratio. performance.md tried 0.98.',
        between=(0.0, 1.0))
    least_peak: float = parameter(
        0.272, "Fraction of the first frame's response from where on the size may change. "
        'performance.md tried others; accuracy.md compares it with 0.',
        between=(0.0, 10.0))

    def __post_init__(self) -> None:
        require_ranges(self)


@dataclass(frozen=True)
class RatConfidence(ConfidenceParameters):
    """What the response's peak says of a frame; none of this is in the paper."""

    memory: int = parameter(
        30, 'Frames over which the normal response is averaged. Chosen by hand.',
        between=(1, 1000))
    learn_above: float = parameter(
        0.3, 'The learning threshold, as a fraction of the normal response. performance.md tried '
        '0.35; accuracy.md compares it with 0.', between=(0.0, 1.0))
    midpoint: float = parameter(
        0.186, 'Fraction of the first response at which every other box is right. `rat_tracker '
        'calibrate` on the three sources of validation clips that accuracy.md names.',
        between=MIDPOINT_RANGE)
    slope: float = parameter(
        2.48, 'Slope of the score over the logarithm of the response. The same `rat_tracker '
        'calibrate`.',
        between=SLOPE_RANGE)
    reidentification_midpoint: float = parameter(
        0.55, 'Fraction of the normal response, times the similarity of colours, at which every '
        'other candidate for a lost target is the target. `rat_tracker states` on every other of '
        'the clips and sequences of docs/state.md.', between=(0.01, 10.0))

    def __post_init__(self) -> None:
        require_ranges(self)


@dataclass(frozen=True)
class RatBoxEstimator(BoxEstimatorParameters):
    """What the learned box head adds; none of this is in the paper."""

    prior_power: float = parameter(
        0.7, "Power of the head's quality by which the response is multiplied; 0 turns this off. "
        'accuracy.md compares it with 0.', between=(0.0, 4.0))
    prior_floor: float = parameter(
        0.1, 'What is added to that power, so that no place is out of the question. Chosen by '
        'hand.', between=(0.001, 10.0))
    strength_power: float = parameter(
        0.5, "Power of the head's quality, as a fraction of the usual one, by which a peak is "
        'multiplied before it becomes a score; 0 turns this off. accuracy.md compares it with '
        'others.', between=(0.0, 4.0))
    rate: float = parameter(
        0.2, "Part of the way that the box goes to the head's in a frame above the learning "
        "threshold, times the quality as a fraction of the first frame's; 0 turns this off. "
        'accuracy.md compares it with others.', between=(0.0, 1.0))

    def __post_init__(self) -> None:
        require_ranges(self)


@dataclass(frozen=True)
class RatDistractors(DistractorParameters):
    """What else answers like the target, followed by its place; none of this is in the paper.

    A distance of 1 is the target's side; sideways and up or down it is half way from that to its
    width and to its height.
    """

    suppression: float = parameter(
        0.9, 'Part of the response that is taken away where a distractor is expected; 0 turns '
        'this off. accuracy.md compares it with 0.', between=(0.0, 1.0))
    reach: float = parameter(
        0.5, 'How far around that place: standard deviation of a Gaussian. accuracy.md tried '
        '0.35.', between=(0.05, 2.0))
    least_peak: float = parameter(
        0.1, "Value of a distractor's peak at least, as a fraction of the target's usual one. "
        'accuracy.md tried 0.2.', between=(0.0, 1.0))
    apart: float = parameter(
        0.5, 'What is nearer to the target is not a distractor but the target. accuracy.md tried '
        '0.6.', between=(0.1, 2.0))
    step: float = parameter(
        0.8, 'How far a distractor gets in one frame at most. accuracy.md tried 0.5.',
        between=(0.1, 2.0))
    hidden_below: float = parameter(
        0.3, "Fraction of the target's usual peak below which it is taken to be hidden if a "
        'distractor answers higher: the score is 0 then; 0 turns this off. accuracy.md compares '
        'it with 0.', between=(0.0, 1.0))

    def __post_init__(self) -> None:
        require_ranges(self)


@dataclass(frozen=True)
class RatMotion(MotionParameters):
    """Where a second look in a frame in doubt is taken; none of this is in the paper.

    Off, because neither made a difference on validation clips. Where a camera shakes by more than
    a search region shows, ``camera`` 1 holds what is lost otherwise (test_rat_motion.py).
    """

    camera: float = parameter(
        0.0, "Part of the camera's motion that the target is expected to take; 0 turns this off. "
        'Paper: none.', between=(0.0, 1.0))
    velocity: float = parameter(
        0.0, "How fast the expected velocity follows the target's, per frame; 0 turns this off. "
        'Paper: none.', between=(0.0, 1.0))
    keep: float = parameter(
        0.5, 'Part of the velocity that is left after a frame below the learning threshold. '
        'Chosen by hand.', between=(0.0, 1.0))
    reach: float = parameter(
        0.5, "How far the velocity leads in one frame at most, as a fraction of the target's "
        'side. Chosen by hand.', between=(0.0, 2.0))

    def __post_init__(self) -> None:
        require_ranges(self)


@dataclass(frozen=True)
class RatParameters:
    """The parts' parameters, and those that belong to no part."""

    layers: tuple[str, ...] = parameter(
        ('stride8', 'stride16'), 'Layers of the network, the deepest last: x^L is made of all, '
        'x^S of the last. Paper: strides 4 and 8 of VGG-16; accuracy.md says why these.')
    patch_side: int = parameter(
        256, 'H = W, pixels. Paper: 255; performance.md tried 224 and 288.', between=(64, 1024))
    region_factor: float = parameter(
        3.6, "Side of the search region over the target's. accuracy.md compares it with 2.6 and "
        '3.0.', between=(1.2, 8.0))
    region_stretch: float = parameter(
        1.25, "Factor by which the region's aspect ratio follows the box's at most; at 1 it stays "
        'as it is in the first frame. About two deviations of what the box head was trained on; '
        'accuracy.md compares it with 1 and with 1000.', between=(1.0, 1000.0))
    channels: int = parameter(
        32, 'Channels of x^L: principal directions of the first frame. Paper: 256; '
        'performance.md tried 24.')
    ranking_channels: int = parameter(
        32, 'Channels of x^S, likewise. Paper: 512. Chosen by hand.')
    window: float = parameter(
        0.5, "How far the response falls off at the region's edge. Chosen by hand.",
        between=(0.0, 0.99))
    learn_period: int = parameter(
        2, 'Of so many frames above the learning threshold one is learned from. Paper: 1; '
        'performance.md tried 1 and 3.', between=(1, 100))
    update_period: int = parameter(
        3, 'Frames learned from between two updates of the filters. Chosen by hand.',
        between=(1, 1000))
    attention_gain: float = parameter(
        0.4, 'g in x^L ⊙ (1 + g m_t), m_t scaled to a peak of 1; 0 turns attention off. Paper: 1, '
        'm_t as it is. Chosen by hand; accuracy.md compares it with 0.', between=(0.0, 10.0))
    smallest_side: float = parameter(
        4.0, 'Pixels; a target never shrinks to less. Chosen by hand.', between=(1.0, 100.0))
    low_confidence_step: float = parameter(
        0.5, 'Fraction of the way to the peak that the box goes below the learning threshold. '
        'Chosen by hand.', between=(0.0, 1.0))
    filters: RatFilters = field(default_factory=RatFilters)
    ranking: RatRanking = field(default_factory=RatRanking)
    scale: RatScale = field(default_factory=RatScale)
    confidence: RatConfidence = field(default_factory=RatConfidence)
    box_estimator: RatBoxEstimator = field(default_factory=RatBoxEstimator)
    distractors: RatDistractors = field(default_factory=RatDistractors)
    motion: RatMotion = field(default_factory=RatMotion)

    def __post_init__(self) -> None:
        require_ranges(self)
        chosen = [FEATURE_LAYERS[name] for name in self.layers if name in FEATURE_LAYERS]
        if not chosen or len(chosen) < len(self.layers):
            raise ValueError(f'layers are {"+".join(self.layers) or "missing"}; '
                             f'choose from: {", ".join(FEATURE_LAYERS)}')
        if chosen != sorted(chosen, key=lambda layer: layer.stage):
            raise ValueError(f'layers are {"+".join(self.layers)}; name the deepest last')
        require_ranges(self, channels=(1, sum(layer.channels for layer in chosen)),
                       ranking_channels=(1, chosen[-1].channels))
        if self.box_estimator.used:
            self._require_box_head()

    def _require_box_head(self) -> None:
        """Check that the features are those that the box head was trained on."""
        off = ('or turn it off: box_estimator.prior_power=0, box_estimator.strength_power=0 and '
               'box_estimator.rate=0')
        if self.layers != BOX_HEAD_LAYERS:
            raise ValueError(f'layers are {"+".join(self.layers)}; the box head needs '
                             f'{"+".join(BOX_HEAD_LAYERS)}, {off}')
        if self.patch_side % STRIDE:
            raise ValueError(f'patch_side is {self.patch_side}; the box head needs a multiple of '
                             f'{STRIDE}, {off}')

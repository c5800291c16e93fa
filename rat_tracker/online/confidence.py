"""How sure a tracker is, measured against what is normal for this target."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.parameters import require_ranges

MIDPOINT_RANGE = (0.01, 10.0)  # the range of ``ConfidenceParameters.midpoint``
SLOPE_RANGE = (0.1, 100.0)  # and of its ``slope``


@dataclass(frozen=True)
class ConfidenceParameters:
    """What is normal, from where on a frame is learned from, and how often a box is right.

    ``midpoint`` and ``slope`` were fitted to how often the boxes of nine short clips
    overlapped the target by more than half; ``rat_tracker calibrate`` fits them to others.
    """

    memory: int = 30  # frames over which the normal response is averaged
    learn_above: float = 0.3  # part of the normal response that a frame needs to be learned from
    midpoint: float = 0.161  # part of the first response at which every other box is right
    slope: float = 2.64  # how fast that becomes surer with higher peaks
    # Part of the normal response, times the likeness in colours, at which a place is it or not.
    # Chosen on every other of the clips and sequences of docs/state.md.
    reidentification_midpoint: float = 0.55

    def __post_init__(self) -> None:
        require_ranges(self, memory=(1, 1000), learn_above=(0, 1), midpoint=MIDPOINT_RANGE,
                       slope=SLOPE_RANGE, reidentification_midpoint=(0.01, 10))


class Confidence:
    """What the response's peak says of a frame, compared with this target's own earlier ones.

    Peaks of different targets cannot be compared: a textured car answers three times as high as a
    small walker. A target's own history can.

    :param first_peak: the response in the first frame
    """

    def __init__(self, parameters: ConfidenceParameters, first_peak: float) -> None:
        self._parameters = parameters
        self._even = parameters.midpoint * max(first_peak, 0.0)
        self._normal = first_peak
        self._frames = 1

    def score(self, peak: float) -> float:
        """Return how likely a box with such a peak overlaps the target by more than half.

        The odds grow with a power of the peak: logistic regression on its logarithm.
        """
        return self._likelihood(peak, self._even)

    def recognition(self, peak: float, likeness: float) -> float:
        """Return how likely a place with such a peak, out of many places, shows the target.

        Here nothing speaks for a place but its looks, and a distractor may be in sight: the
        measure is the response to the target as it was lately, not the first one, and a place
        that looks different otherwise needs a higher one.

        :param likeness: in [0, 1], see ``rat_tracker.online.colors``
        """
        return self._likelihood(
            peak * likeness, self._parameters.reidentification_midpoint * max(self._normal, 0.0))

    def _likelihood(self, peak: float, even: float) -> float:
        odds_for = max(peak, 0.0) ** self._parameters.slope
        odds_against = even ** self._parameters.slope
        return odds_for / (odds_for + odds_against) if odds_against > 0 else 0.0

    def trusts(self, peak: float) -> bool:
        """Whether a frame with such a peak may be learned from."""
        return self._normal > 0 and peak > self._parameters.learn_above * self._normal

    def learn(self, peak: float) -> None:
        """Count a trusted frame's peak as normal."""
        self._frames = min(self._frames + 1, self._parameters.memory)
        self._normal += (peak - self._normal) / self._frames

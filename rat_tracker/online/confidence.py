"""How sure a tracker is, measured against what is normal for this target."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConfidenceParameters:
    """What is normal, and two logistic functions of the peak; a tracker gives the values."""

    memory: int  # frames over which the normal response is averaged
    learn_above: float  # the learning threshold, as a fraction of the normal response
    midpoint: float  # fraction of the first response at which every other box is right
    slope: float  # of both logistic functions, over the logarithm of the response
    # Fraction of the normal response, times the similarity of colours, at which every other
    # candidate for a lost target is the target.
    reidentification_midpoint: float


class Confidence:
    """What the response's peak says of a frame, compared with this target's own earlier ones.

    Peaks of different targets cannot be compared: a textured car answers three times as high as a
    small walker. A target's own history can.

    :param first_peak: the response in the first frame
    """

    def __init__(self, parameters: ConfidenceParameters, first_peak: float) -> None:
        self._parameters = parameters
        self._midpoint = parameters.midpoint * max(first_peak, 0.0)
        self._normal = first_peak
        self._frames = 1

    def score(self, peak: float) -> float:
        """Return how likely a box with such a peak overlaps the target by more than half.

        ``p^s / (p^s + e^s)`` for a peak p, with the slope s and the midpoint e, as fractions of
        the first response: the logistic function of s·(log p − log e). 0 for negative peaks.
        """
        return self._logistic(peak, self._midpoint)

    def reidentification_score(self, peak: float, similarity: float) -> float:
        """Return how likely a candidate with such a peak, one of many, is the lost target.

        ``(c p)^s / ((c p)^s + e^s)``, c being the similarity of its colours. Here nothing speaks
        for a candidate but its appearance, and a distractor may be in sight: the midpoint e is a
        fraction of the response to the target as it was lately, not of the first one, and a
        candidate of other colours needs a higher peak.

        :param similarity: in [0, 1], see ``rat_tracker.online.color_model``
        """
        return self._logistic(
            peak * similarity,
            self._parameters.reidentification_midpoint * max(self._normal, 0.0))

    def _logistic(self, peak: float, midpoint: float) -> float:
        odds_for = max(peak, 0.0) ** self._parameters.slope
        odds_against = midpoint ** self._parameters.slope
        return odds_for / (odds_for + odds_against) if odds_against > 0 else 0.0

    def may_learn(self, peak: float) -> bool:
        """Whether a frame with such a peak is above the learning threshold."""
        return self._normal > 0 and peak > self._parameters.learn_above * self._normal

    def learn(self, peak: float) -> None:
        """Count the peak of a frame above the learning threshold as normal."""
        self._frames = min(self._frames + 1, self._parameters.memory)
        self._normal += (peak - self._normal) / self._frames

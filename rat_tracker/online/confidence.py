"""How sure a tracker is, measured against what is normal for this target."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.ranges import require_ranges


@dataclass(frozen=True)
class ConfidenceParameters:
    """What is normal, and from where on a frame is trusted."""

    memory: int = 30  # frames over which the normal response is averaged
    learn_above: float = 0.35  # score that a frame needs for the tracker to learn from it

    def __post_init__(self) -> None:
        require_ranges(self, memory=(1, 1000), learn_above=(0, 1))


class Confidence:
    """The response's peak as a fraction of this target's own mean peak.

    Peaks of different targets cannot be compared: a textured car answers three times as high as a
    small walker. A target's own history can.

    :param first_peak: the response in the first frame
    """

    def __init__(self, parameters: ConfidenceParameters, first_peak: float) -> None:
        self._parameters = parameters
        self._normal = first_peak
        self._frames = 1

    def score(self, peak: float) -> float:
        """Return how sure a peak of this height is, in [0, 1]."""
        return min(max(peak / self._normal, 0.0), 1.0) if self._normal > 0 else 0.0

    def trusts(self, score: float) -> bool:
        """Whether a frame of this score may be learned from."""
        return score > self._parameters.learn_above

    def learn(self, peak: float) -> None:
        """Count a trusted frame's peak as normal."""
        self._frames = min(self._frames + 1, self._parameters.memory)
        self._normal += (peak - self._normal) / self._frames

"""A frame is as sure as its peak is high, compared with what is normal for this target."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
import pytest

from rat_tracker.online.confidence import Confidence
from rat_tracker.online.confidence import ConfidenceParameters

PEAKS = strategies.floats(-2, 5)


@given(strategies.floats(0, 2), strategies.lists(PEAKS, max_size=20), PEAKS)
def test_score_is_from_zero_to_one(first: float, history: list[float], peak: float) -> None:
    confidence = Confidence(ConfidenceParameters(), first)
    for past in history:
        if confidence.trusts(confidence.score(past)):
            confidence.learn(past)

    assert 0 <= confidence.score(peak) <= 1


@given(strategies.floats(0.05, 2), strategies.floats(0, 2), strategies.floats(0, 2))
def test_higher_peak_never_scores_lower(first: float, one: float, other: float) -> None:
    confidence = Confidence(ConfidenceParameters(), first)

    low, high = sorted((one, other))
    assert confidence.score(low) <= confidence.score(high)


def test_peaks_of_different_targets_count_relative_to_their_own() -> None:
    weak = Confidence(ConfidenceParameters(), 0.2)
    strong = Confidence(ConfidenceParameters(), 0.8)

    assert weak.score(0.1) == pytest.approx(strong.score(0.4))


def test_what_is_normal_follows_the_trusted_frames() -> None:
    confidence = Confidence(ConfidenceParameters(), 0.8)
    before = confidence.score(0.3)
    for _ in range(100):
        confidence.learn(0.4)

    assert confidence.score(0.3) > before


def test_sure_frame_is_trusted_and_a_doubtful_one_is_not() -> None:
    confidence = Confidence(ConfidenceParameters(), 0.8)

    assert confidence.trusts(confidence.score(0.8))
    assert not confidence.trusts(confidence.score(0.0))

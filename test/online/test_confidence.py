"""A frame is as sure as its peak is high, compared with this target's own earlier ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
import pytest

from rat_tracker.online.confidence import Confidence
from rat_tracker.trackers.rat.parameters import RatConfidence

PEAKS = strategies.floats(-2, 5)


@given(strategies.floats(-1, 2), strategies.lists(PEAKS, max_size=20), PEAKS)
def test_score_is_from_zero_to_one(first: float, history: list[float], peak: float) -> None:
    confidence = Confidence(RatConfidence(), first)
    for past in history:
        if confidence.may_learn(past):
            confidence.learn(past)

    assert 0 <= confidence.score(peak) <= 1


@given(strategies.floats(0.05, 2), strategies.floats(0, 2), strategies.floats(0, 2))
def test_higher_peak_never_scores_lower(first: float, one: float, other: float) -> None:
    confidence = Confidence(RatConfidence(), first)

    low, high = sorted((one, other))
    assert confidence.score(low) <= confidence.score(high)


def test_peaks_of_different_targets_count_relative_to_their_own_first() -> None:
    weak = Confidence(RatConfidence(), 0.2)
    strong = Confidence(RatConfidence(), 0.8)

    assert weak.score(0.1) == pytest.approx(strong.score(0.4))


def test_odds_grow_with_a_power_of_the_peak() -> None:
    confidence = Confidence(RatConfidence(midpoint=0.25, slope=3), 0.8)

    assert confidence.score(0.2) == pytest.approx(1 / 2)
    assert confidence.score(0.4) == pytest.approx(8 / 9)
    assert confidence.score(0.1) == pytest.approx(1 / 9)


def test_score_does_not_follow_what_became_normal() -> None:
    """A tracker that drifts away is normal to itself; the first frame is not forgotten."""
    confidence = Confidence(RatConfidence(), 0.8)
    before = confidence.score(0.3)
    for _ in range(100):
        confidence.learn(0.4)

    assert confidence.score(0.3) == before


def test_candidate_is_reidentified_by_what_became_normal() -> None:
    confidence = Confidence(RatConfidence(reidentification_midpoint=0.55), 0.8)
    assert confidence.reidentification_score(0.44, similarity=1) == pytest.approx(1 / 2)
    for _ in range(1000):
        confidence.learn(0.4)

    assert confidence.reidentification_score(0.22, similarity=1) == pytest.approx(1 / 2)


def test_candidate_of_other_colours_needs_a_higher_peak() -> None:
    confidence = Confidence(RatConfidence(reidentification_midpoint=0.55), 1.0)

    score = confidence.reidentification_score
    assert score(0.6, similarity=1) > 0.5 > score(0.6, similarity=0.8)
    assert score(0.8, similarity=0.75) == pytest.approx(score(0.6, similarity=1))
    assert score(1.0, similarity=0) == 0


def test_what_may_be_learned_from_follows_what_became_normal() -> None:
    confidence = Confidence(RatConfidence(learn_above=0.5), 0.8)
    assert not confidence.may_learn(0.3)
    for _ in range(100):
        confidence.learn(0.4)

    assert confidence.may_learn(0.3)
    assert not confidence.may_learn(0.1)


def test_everything_with_a_response_is_learned_from_if_no_part_of_the_normal_is_needed() -> None:
    confidence = Confidence(RatConfidence(learn_above=0), 0.8)

    assert confidence.may_learn(1e-6)
    assert not confidence.may_learn(-0.1)

"""So many at once, and so many a second. Time is ours here."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
import pytest

from rat_tracker.console.rate_limiter import RateLimiter


def test_burst_passes_and_then_the_rate() -> None:
    throttle = RateLimiter(rate=10, burst=5)
    waits = [throttle.take(0.0) for _ in range(8)]
    assert waits == pytest.approx([0, 0, 0, 0, 0, 0.1, 0.2, 0.3])


def test_room_comes_back_with_time() -> None:
    throttle = RateLimiter(rate=10, burst=2)
    assert throttle.allows(0.0)
    throttle.take(0.0)
    throttle.take(0.0)
    assert not throttle.allows(0.0)
    assert not throttle.allows(0.05)
    assert throttle.allows(0.11)


@given(strategies.lists(strategies.floats(0, 1), max_size=100))
def test_no_more_pass_than_burst_and_rate_allow(pauses: list[float]) -> None:
    throttle = RateLimiter(rate=4, burst=3)
    now, passed = 0.0, 0
    for pause in pauses:
        now += pause
        if throttle.allows(now):
            throttle.take(now)
            passed += 1
    assert passed <= 3 + 4 * now + 1e-6

"""How fast something may happen."""

from __future__ import annotations


class RateLimiter:
    """So many at once, and so many a second in the long run (the cell rate algorithm, ITU I.371).

    :param rate: per second
    :param burst: how many may come at once
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._step = 1.0 / rate
        self._room = burst * self._step
        self._due = float('-inf')  # when this many would have come, one step after the other

    def take(self, now: float) -> float:
        """Count one; return for how many seconds it has to wait."""
        self._due = max(self._due, now) + self._step
        return max(0.0, self._due - self._room - now)

    def allows(self, now: float) -> bool:
        """Return whether one more would not have to wait."""
        return max(self._due, now) + self._step - self._room <= now

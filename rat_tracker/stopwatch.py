"""Where the time of one frame goes."""

from __future__ import annotations

from time import perf_counter


class Stopwatch:
    """Measures consecutive stages; ``laps`` maps each stage's name to seconds.

    Work that a GPU does on its own counts in the stage that waits for it.
    """

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def resume(self) -> None:
        """Leave out the time since the last lap: others were at work."""
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage; the next one begins."""
        now = perf_counter()
        self.laps[stage] = self.laps.get(stage, 0.0) + now - self._last
        self._last = now

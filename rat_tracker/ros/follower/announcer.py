"""What a person beside the robot reads: why it stands still, and when it follows again."""

from __future__ import annotations

import time
from typing import Any

from rat_tracker.pipeline.health import LogThrottle

_LASTING = 0.5  # s that a cause has to last, so that none is told twice a second


class Announcer:
    """Log changes, each once; a cause that stays is told again every minute."""

    def __init__(self, logger: Any) -> None:
        self._logger = logger
        self._log_throttle = LogThrottle()
        self._source = LogThrottle()
        self._told = ''  # by what the robot is said to follow; empty while it stands

    def standing(self, cause: str) -> None:
        """Say why the robot stands still."""
        if self._log_throttle.due(time.monotonic(), cause, _LASTING):
            self._told = ''
            self._logger.warning(f'standing still: {cause}')

    def following(self, what: str) -> None:
        """Say that the robot follows, and by what; where that changes, once it has lasted."""
        now = time.monotonic()
        self._log_throttle.due(now, None, _LASTING)
        lasting = self._source.due(now, what, _LASTING)
        if not self._told or (lasting and what != self._told):
            self._told = what
            self._logger.info(f'following the target by its {what}')

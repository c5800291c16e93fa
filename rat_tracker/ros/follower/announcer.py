"""What a person beside the robot reads: why it stands still, and when it follows again."""

from __future__ import annotations

import time
from typing import Any

from rat_tracker.pipeline.health import LogThrottle

_LASTING = 0.5  # s that a cause has to last, so that none is logged twice a second


class Announcer:
    """Log changes, each once; a cause that stays is logged again every minute."""

    def __init__(self, logger: Any) -> None:
        self._logger = logger
        self._cause_throttle = LogThrottle()
        self._source_throttle = LogThrottle()
        self._source_logged = ''  # by what the robot follows; empty while it stands

    def log_stop(self, cause: str) -> None:
        """Log why the robot stands still."""
        if self._cause_throttle.due(time.monotonic(), cause, _LASTING):
            self._source_logged = ''
            self._logger.warning(f'standing still: {cause}')

    def log_following(self, what: str) -> None:
        """Log that the robot follows, and by what; where that changes, once it has lasted."""
        now = time.monotonic()
        self._cause_throttle.due(now, None, _LASTING)
        lasting = self._source_throttle.due(now, what, _LASTING)
        if not self._source_logged or (lasting and what != self._source_logged):
            self._source_logged = what
            self._logger.info(f'following the target by its {what}')

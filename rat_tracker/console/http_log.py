"""What aiohttp has to say about requests, as one line now and then: anybody can send garbage."""

from __future__ import annotations

import logging

from rat_tracker.console.rate_limiter import RateLimiter

_LINES, _BURST = 0.1, 3  # per second, and at once


def http_log(log: logging.Logger) -> logging.Logger:
    """Return a logger that tells ``log`` in short, and not too often."""
    short = logging.Logger('rat_tracker.console.http', logging.WARNING)
    short.addHandler(_Short(log))
    return short


class _Short(logging.Handler):
    """Passes on one line of a record, without the traceback."""

    def __init__(self, log: logging.Logger) -> None:
        super().__init__()
        self._log = log
        self._throttle = RateLimiter(_LINES, _BURST)

    def emit(self, record: logging.LogRecord) -> None:
        if not self._throttle.allows(record.created):
            return
        self._throttle.take(record.created)
        error = record.exc_info[1] if record.exc_info else None
        reason = '' if error is None else f': {type(error).__name__}: {error}'.splitlines()[0]
        self._log.warning('%s%s', record.getMessage(), reason[:200])

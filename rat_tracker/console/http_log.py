"""What aiohttp has to say about requests, as one line now and then: anybody can send garbage."""

from __future__ import annotations

import logging

_PERIOD = 10.0  # seconds from one line to the next, at least


def http_log(log: logging.Logger) -> logging.Logger:
    """Return a logger that passes on to ``log`` in short, and not too often."""
    short = logging.Logger('rat_tracker.console.http', logging.WARNING)
    short.addHandler(_Short(log))
    return short


class _Short(logging.Handler):
    """Passes on one line of a record, without the traceback."""

    def __init__(self, log: logging.Logger) -> None:
        super().__init__()
        self._log = log
        self._next = float('-inf')

    def emit(self, record: logging.LogRecord) -> None:
        if record.created < self._next:
            return
        self._next = record.created + _PERIOD
        error = record.exc_info[1] if record.exc_info else None
        reason = '' if error is None else f': {type(error).__name__}: {error}'.splitlines()[0]
        self._log.warning('%s%s', record.getMessage(), reason[:200])

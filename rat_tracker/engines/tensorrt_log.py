"""What TensorRT and TensorRT for RTX, which share one interface, have to say."""

from __future__ import annotations

from collections import deque
import logging
from typing import Any

_LOG = logging.getLogger('rat_tracker.engines')


def message_log(trt: Any) -> Any:
    """Return an ``ILogger`` that keeps its last errors, in one line, as ``errors``.

    Everything goes to the log ``rat_tracker.engines``, what is not a warning as debugging.

    :param trt: the module ``tensorrt`` or ``tensorrt_rtx_bindings``
    """
    severity = trt.ILogger.Severity
    levels = {severity.INTERNAL_ERROR: logging.ERROR, severity.ERROR: logging.ERROR,
              severity.WARNING: logging.WARNING}

    class Messages(trt.ILogger):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._errors: deque[str] = deque(maxlen=8)

        @property
        def errors(self) -> str:
            return ' '.join('; '.join(self._errors).split())

        def log(self, severity: Any, message: str) -> None:
            level = levels.get(severity, logging.DEBUG)
            if level == logging.ERROR:
                self._errors.append(message)
            _LOG.log(level, 'TensorRT: %s', message)

    return Messages()

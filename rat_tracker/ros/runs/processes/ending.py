"""End in order when somebody asks for it, so that no process of ours stays behind."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn


def unwind_on_sigterm() -> None:
    """Turn SIGTERM into an exception, as SIGINT is one: every block is left in order."""
    signal.signal(signal.SIGTERM, _unwind)


def _unwind(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)

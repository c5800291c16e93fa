"""Ctrl-C that ends the work and not the program, so that what is done is kept."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Yield what tells whether Ctrl-C was pressed or the program asked to end.

    The second Ctrl-C does what it always does, for whom the work takes too long to end.
    """
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)
        restore()

    def restore() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)
    for one in _SIGNALS:
        signal.signal(one, note)
    try:
        yield lambda: bool(came)
    finally:
        restore()

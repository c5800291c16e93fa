"""What Ctrl-C and SIGTERM do to a program: while it reads its modules, works, and has children."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def end_quietly_if_interrupted() -> None:
    """Let Ctrl-C end the program at once, without a traceback; who ignores it goes on to do so.

    A module that is started as a command calls this before its other imports.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def end_node_if_interrupted() -> None:
    """Let Ctrl-C and SIGTERM end a node at once with exit code 0, as they do when it runs.

    launch says of a node that ends with another that it has died. A module that is started as a
    node calls this before its other imports.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        for one in _SIGNALS:
            signal.signal(one, _end)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    os._exit(0)  # an exception could be caught by the module that is being read


def interrupt_as_usual() -> None:
    """Let Ctrl-C raise ``KeyboardInterrupt`` from now on, as Python does; all modules are read."""
    if signal.getsignal(signal.SIGINT) in (signal.SIG_DFL, _end):
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGTERM) is _end:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C end the work and not the program, so that what is done is kept.

    Yields what tells whether Ctrl-C was pressed or the program asked to end. The second Ctrl-C
    does what it always does, for whom the work takes too long to end.
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


def unwind_on_sigterm() -> None:
    """Turn SIGTERM into an exception, as SIGINT is one.

    Every block is left in order, so that no process of ours stays behind.
    """
    signal.signal(signal.SIGTERM, _unwind)


def _unwind(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)

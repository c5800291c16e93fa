"""The first seconds of a program, in which it reads its modules."""

from __future__ import annotations

import signal


def end_quietly_if_interrupted() -> None:
    """Let Ctrl-C end the program at once, without a traceback; who ignores it goes on to do so.

    A module that is started as a program calls this before its other imports.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupt_as_usual() -> None:
    """Let Ctrl-C raise ``KeyboardInterrupt`` from now on, as Python does; all modules are read."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)

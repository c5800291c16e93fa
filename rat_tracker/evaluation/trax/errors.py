"""What ends a TraX session before its time."""

from __future__ import annotations


class TraxError(RuntimeError):
    """The session cannot go on; the message is what the client is told as the reason."""


def shown(text: str) -> str:
    """Quote what came from the client, its beginning only: a polygon may have many corners."""
    return repr(text if len(text) <= 60 else f'{text[:57]}...')


def in_one_line(error: Exception) -> str:
    """Say what was raised that nobody expected."""
    return f'{type(error).__name__}: {" ".join(str(error).split())}'

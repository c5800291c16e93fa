"""What can go wrong with engines that are built."""

from __future__ import annotations


class EngineBuildError(ValueError):
    """A network did not become an engine, or the engine does not run; the message says why."""

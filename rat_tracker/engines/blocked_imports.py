"""Libraries that others use if they are there, and that we do not want."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import sys


@contextmanager
def block_import(module: str) -> Iterator[None]:
    """Let a module seem not to be installed, to those that are imported meanwhile."""
    before = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment] # Python's way to refuse an import
    try:
        yield
    finally:
        del sys.modules[module]
        if before is not None:
            sys.modules[module] = before

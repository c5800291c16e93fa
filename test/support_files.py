"""Disks that are full, for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import resource


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Let writing fail, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

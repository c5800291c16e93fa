"""Packages that only some verbs need, and what to do when they are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rat_tracker.cli.refusal import Refusal

_BENCHMARK = ('cryptography', 'dask', 'distributed', 'jinja2', 'matplotlib')


@contextmanager
def benchmark_packages() -> Iterator[None]:
    """Refuse with the remedy where what requirements/benchmark.txt lists is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition('.')[0] not in _BENCHMARK:
            raise
        raise Refusal(f'this needs the package {error.name}; install it with `pip install -r '
                      'requirements/benchmark.txt`') from None

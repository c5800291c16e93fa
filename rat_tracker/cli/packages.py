"""Packages that only some verbs need, and what to do when they are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager

from rat_tracker.cli.refusal import Refusal

_BAGS = ('apsw', 'backports', 'lz4', 'rosbags', 'ruamel')
_BENCHMARK = ('PIL', 'jinja2', 'matplotlib', 'tomli_w')
_SCHEDULER = ('dask', 'distributed')


def benchmark_packages() -> AbstractContextManager[None]:
    """Refuse with the remedy where what requirements/benchmark.txt lists is not installed."""
    return _packages(_BENCHMARK, 'benchmark.txt')


def scheduler_packages() -> AbstractContextManager[None]:
    """Refuse with the remedy where what requirements/scheduler.txt lists is not installed."""
    return _packages(_SCHEDULER, 'scheduler.txt')


def bag_packages() -> AbstractContextManager[None]:
    """Refuse with the remedy where what requirements/bags.txt lists is not installed."""
    return _packages(_BAGS, 'bags.txt')


@contextmanager
def _packages(names: tuple[str, ...], file: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition('.')[0] not in names:
            raise
        raise Refusal(f'this needs the package {error.name}; install it with `pip install -r '
                      f'requirements/{file}`') from None

"""What trackers ask of engines, for who wants to build the engines beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True, slots=True)
class Workload:
    """A network and the shapes of what it will be called with.

    :param patches: N×H×W×3, of the uint8 patches
    :param inputs: of the float32 tensors behind them, such as a template, if there are any
    """

    network: nn.Module
    patches: tuple[int, int, int, int]
    inputs: tuple[tuple[int, ...], ...] = ()


# Of this thread and context only: trackers that others make meanwhile are not noted.
_NOTED: ContextVar[list[Workload] | None] = ContextVar('_NOTED', default=None)


@contextmanager
def noting_workloads() -> Iterator[list[Workload]]:
    """Yield a list that grows by every workload that an engine is created for inside."""
    workloads: list[Workload] = []
    token = _NOTED.set(workloads)
    try:
        yield workloads
    finally:
        _NOTED.reset(token)


def note(workload: Workload) -> None:
    """Tell who is interested, if anybody, what an engine is created for."""
    noted = _NOTED.get()
    if noted is not None:
        noted.append(workload)

"""Labels and peaks of maps in plain numbers, and a guard against waiting for the device."""

from __future__ import annotations

from typing import Any
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from rat_tracker.online.response import gaussian_label
from rat_tracker.online.response import PeakFinder

NEVER = torch.tensor(data=False)


class Peak(NamedTuple):
    """What a finder says of a map."""

    number: int
    row: float
    column: float
    value: float


def label(rows: int, columns: int, row: float, column: float, sigma: float) -> Tensor:
    return gaussian_label(torch.tensor([float(row), float(column)]), rows, columns, sigma)


def peak_of(response: Tensor) -> Peak:
    """Return the peak of one map."""
    number, place, value = PeakFinder(torch.ones_like(response)[None])(response[None], NEVER)
    row, column = place.tolist()
    return Peak(int(number), row, column, float(value))


class Readings(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what makes the host wait for the device: values read back, sizes that depend on them.

    Such an operation cannot be part of a CUDA graph either.
    """

    _WAITING = ('_local_scalar_dense', 'nonzero', 'masked_select', 'unique', '_unique2',
                'is_nonzero', 'equal', '_assert_async')

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: list[str] = []

    def __torch_dispatch__(
        self, operation: Any, types: Any, arguments: Any = (), keywords: Any = None,
    ) -> Any:
        name = operation.overloadpacket.__name__
        masks = name.startswith('index') and any(
            isinstance(part, Tensor) and part.dtype == torch.bool
            for argument in arguments if isinstance(argument, list | tuple) for part in argument)
        if name in self._WAITING or masks:
            self.names.append(name)
        return operation(*arguments, **(keywords or {}))

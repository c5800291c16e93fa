"""Work for a GPU that is captured once and then started as a whole.

A small network's kernels take less time than the host needs to start them one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
import gc
import threading

import torch
from torch import Tensor

# Libraries choose their kernels and get their memory the first times.
_WARM_UPS = 3
# Only one capture may be under way in a process.
_RECORDING = threading.Lock()


class CudaGraph:
    """Repeats what a function enqueued when this was made, on the same tensors.

    It is made, and called, on one stream of the caller's own, not on the device's default stream.
    A graph refers to the work spaces that libraries keep for the stream that it was captured on:
    what runs at the same time needs another stream.

    :param work: enqueues work on the current stream, waits for nothing and uploads nothing. It is
        done a few times, and what that does to ``changed`` is undone
    :param changed: tensors that the work changes and that the next call begins with
    :raises RuntimeError: the work cannot be captured; ``changed`` is as it was
    """

    def __init__(self, work: Callable[[], object], changed: Sequence[Tensor] = ()) -> None:
        before = [tensor.clone() for tensor in changed]
        self._graph = torch.cuda.CUDAGraph()
        try:
            with _RECORDING, _without_collection():
                for _ in range(_WARM_UPS):
                    work()
                # Other threads may go on using the GPU meanwhile.
                with torch.cuda.graph(self._graph, stream=torch.cuda.current_stream(),
                                      capture_error_mode='thread_local'):
                    work()
        finally:
            for tensor, values in zip(changed, before, strict=True):
                tensor.copy_(values)

    def __call__(self) -> None:
        self._graph.replay()


@contextmanager
def _without_collection() -> Iterator[None]:
    """Let no garbage be collected: what would be freed on a GPU would be captured, too."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()

"""Work for a GPU that is recorded once and then started as a whole.

A small network's kernels take less time than the host needs to start them one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence

import torch
from torch import Tensor

# Libraries choose their kernels and get their memory the first times.
_WARM_UPS = 3


class CudaGraph:
    """Repeats what a function enqueued when this was made, on the same tensors.

    :param work: enqueues work on the current stream and waits for nothing. It is called a few
        times, and what it does to ``changed`` is undone
    :param changed: tensors that the work changes and that the next call begins with
    """

    def __init__(self, work: Callable[[], object], changed: Sequence[Tensor] = ()) -> None:
        before = [tensor.clone() for tensor in changed]
        stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UPS):
                work()
        torch.cuda.current_stream().wait_stream(stream)
        for tensor, values in zip(changed, before, strict=True):
            tensor.copy_(values)
        self._graph = torch.cuda.CUDAGraph()
        # Other threads may use the GPU meanwhile.
        with torch.cuda.graph(self._graph, capture_error_mode='thread_local'):
            work()

    def __call__(self) -> None:
        self._graph.replay()

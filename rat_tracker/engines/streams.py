"""Streams: queues of work that a GPU does beside each other."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextlib import nullcontext

import torch


def create_stream(device: torch.device) -> torch.cuda.Stream | None:
    """Return a stream of a GPU, after all that was enqueued on the current one; None on a CPU."""
    if device.type != 'cuda':
        return None
    stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream(device))
    return stream


def on(stream: torch.cuda.Stream | None) -> AbstractContextManager[object]:
    """Return what makes a stream the current one; nothing changes on a CPU."""
    return nullcontext() if stream is None else torch.cuda.stream(stream)

"""The NVIDIA GPU of this machine, as torch sees it."""

from __future__ import annotations


def gpu_name() -> str | None:
    """Return what the GPU calls itself; None where there is none that torch can use."""
    import torch  # noqa: PLC0415, a peer is measured without it

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def gpu_peak_bytes() -> int | None:
    """Return the most memory of the GPU that torch took; None if it was not used.

    What a CUDA graph computes with stays taken, although no tensor is there any more.
    """
    import torch  # noqa: PLC0415, a peer is measured without it

    return torch.cuda.max_memory_reserved() or None if torch.cuda.is_available() else None


def wait_for_gpu() -> bool:
    """Wait until the GPU has done all that was begun; return whether one is in use."""
    import torch  # noqa: PLC0415, a peer is measured without it

    used: bool = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    if used:
        torch.cuda.synchronize()
    return used

"""The NVIDIA GPU of this machine, as torch sees it."""

from __future__ import annotations


def gpu_name() -> str | None:
    """Return what the GPU calls itself; None where there is none that torch can use."""
    import torch  # noqa: PLC0415, a peer is measured without it

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def gpu_peak_bytes() -> int | None:
    """Return the most memory of the GPU that torch's tensors took; None if it was not used."""
    import torch  # noqa: PLC0415, a peer is measured without it

    return torch.cuda.max_memory_allocated() or None if torch.cuda.is_available() else None

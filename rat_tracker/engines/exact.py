"""On a GPU, float32 means float32, and the same patches give the same answer."""

from __future__ import annotations

import torch


def compute_exactly() -> None:
    """Let convolutions on NVIDIA GPUs keep all bits of float32, and always add in one order.

    Otherwise cuDNN rounds what they read to 11 bits (TF32), and takes what is fastest at the
    moment. These are settings of the whole process, and switching them back and forth would not
    be safe where several threads compute.
    """
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True

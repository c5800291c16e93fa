"""What every engine is: one callable shape for any network on any device."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


class Engine(Protocol):
    """Runs one network for patches, and further inputs, of one shape each."""

    @property
    def name(self) -> str:
        """Engine and device in words, for example ``openvino on cpu``."""

    @property
    def device(self) -> torch.device:
        """Where patches and further inputs have to be, and where the outputs are."""

    @property
    def capturable(self) -> bool:
        """Whether a call does nothing but enqueue work on the current CUDA stream.

        Such a call may be part of a CUDA graph, once it was called outside of one; the graph reads
        patches and further inputs where they were when it was captured. An engine that
        is being built allocates memory in another thread meanwhile, which a capture has to allow:
        ``capture_error_mode='thread_local'``.
        """

    def swap_if_ready(self) -> int:
        """Take over what was built meanwhile, if anything; to be called between two frames.

        :return: a number that grows with every take-over; what was captured in a CUDA graph, and
            read from ``capturable``, is stale once it has
        """

    def __call__(self, patches: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Run the network on what the tensors hold now: they may be filled anew between calls.

        :param patches: N×H×W×3 uint8 on ``device``, contiguous, of the shape that the engine was
            made for
        :param inputs: what else the network takes, float32 in every precision, otherwise likewise
        """


def named(engine: str, device: str, precision: str) -> str:
    """Return an engine in words; that it computes in float32 goes without saying."""
    return f'{engine} on {device}' + (f' in {precision}' if precision != 'float32' else '')

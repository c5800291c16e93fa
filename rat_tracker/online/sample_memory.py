"""The training samples of the last frames, as normal equations, with their weights."""

from __future__ import annotations

import torch
from torch import Tensor


class SampleMemory:
    """A fixed number of samples: the mean of the first frame's, which stays, and the newest.

    Every later sample has the same weight, and what they lack of the total is the first frame's:
    all of it at the start, ``initial_share`` once the memory is full. Everything is allocated at
    once and changed in place; adding a sample overwrites the oldest one. Where the next sample
    goes is kept on the samples' device, so that nobody waits for the device.

    :param initial: samples of the first frame, S×…: each tensor holds one quantity
    :param capacity: how many later samples are kept (T in the paper)
    :param initial_share: the share of the total weight that the first frame's samples keep
    """

    def __init__(
        self, initial: tuple[Tensor, ...], capacity: int, initial_share: float,
    ) -> None:
        self._weight = (1 - initial_share) / capacity
        self._capacity = capacity
        self._first = tuple(tensor.mean(0) for tensor in initial)
        self._samples = tuple(
            # Written to, so that the operating system hands the memory out now.
            tensor.new_empty((capacity, *tensor.shape[1:])).zero_() for tensor in initial)
        # Of the samples that are kept; the mean would otherwise read all of them.
        self._sums = tuple(torch.zeros_like(tensor) for tensor in self._first)
        self._next = torch.zeros(1, dtype=torch.int64, device=initial[0].device)
        self._kept = initial[0].new_zeros(1)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All that ``add`` changes."""
        return (*self._samples, *self._sums, self._next, self._kept)

    @property
    def memory_bytes(self) -> int:
        """The bytes that the samples and their sums take."""
        return sum(tensor.nbytes for tensor in (*self._first, *self.tensors))

    def add(self, *sample: Tensor) -> None:
        """Keep a sample, in place of the oldest one when the memory is full."""
        for kept, total, values in zip(self._samples, self._sums, sample, strict=True):
            total.add_(values)
            total.sub_(kept.index_select(0, self._next)[0])
            kept.index_copy_(0, self._next, values[None])
        self._next += 1
        self._next %= self._capacity
        self._kept += 1
        self._kept.clamp_max_(self._capacity)

    def mean(self) -> tuple[Tensor, ...]:
        """Return the weighted mean of each quantity over all samples."""
        first_weight = 1 - self._kept * self._weight
        return tuple(first * first_weight + total * self._weight
                     for first, total in zip(self._first, self._sums, strict=True))

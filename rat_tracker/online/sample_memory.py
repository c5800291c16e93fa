"""The training samples of the last frames, as normal equations, with their weights."""

from __future__ import annotations

import torch
from torch import Tensor


class SampleMemory:
    """A fixed number of samples: those of the first frame, which stay, and the newest others.

    Everything is allocated at once; adding a sample overwrites the oldest one.

    :param initial: samples of the first frame, S×…: each tensor holds one quantity
    :param capacity: how many later samples are kept (T in the paper)
    :param rate: the share of the total weight that a new sample gets
    :param initial_share: the least share of the total weight that the first frame's samples keep
    """

    def __init__(
        self, initial: tuple[Tensor, ...], capacity: int, rate: float, initial_share: float,
    ) -> None:
        self._initial_count = initial[0].shape[0]
        self._capacity = capacity
        self._rate = rate
        self._initial_share = initial_share
        self._samples = tuple(
            torch.cat((tensor, tensor.new_zeros((capacity, *tensor.shape[1:]))))
            for tensor in initial)
        self._weights = initial[0].new_zeros(self._initial_count + capacity)
        self._weights[:self._initial_count] = 1 / self._initial_count
        self._next = 0

    @property
    def memory_bytes(self) -> int:
        """The bytes that the samples and weights take."""
        return sum(tensor.nbytes for tensor in (*self._samples, self._weights))

    def add(self, *sample: Tensor) -> None:
        """Keep a sample, in place of the oldest one when the memory is full."""
        index = self._initial_count + self._next
        self._next = (self._next + 1) % self._capacity
        for tensor, values in zip(self._samples, sample, strict=True):
            tensor[index] = values
        weights, initial = self._weights, self._weights[:self._initial_count]
        weights *= 1 - self._rate
        weights[index] = self._rate
        later = weights[self._initial_count:]
        # Shares are set by scaling, without reading a value back from the device.
        share = (initial.sum() / weights.sum()).clamp_min(self._initial_share)
        initial *= share / initial.sum()
        later *= (1 - share) / later.sum()

    def mean(self) -> tuple[Tensor, ...]:
        """Return the weighted mean of each quantity over all samples."""
        return tuple(
            torch.tensordot(self._weights, tensor, dims=1) for tensor in self._samples)

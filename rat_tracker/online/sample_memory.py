"""The training samples of the last frames, as normal equations, with their weights."""

from __future__ import annotations

import torch
from torch import Tensor


class SampleMemory:
    """A fixed number of samples: those of the first frame, which stay, and the newest others.

    Every later sample has the same weight, and what they lack of the total is the first frame's:
    all of it at the start, ``initial_share`` once the memory is full. Everything is allocated at
    once; adding a sample overwrites the oldest one.

    :param initial: samples of the first frame, S×…: each tensor holds one quantity
    :param capacity: how many later samples are kept (T in the paper)
    :param initial_share: the share of the total weight that the first frame's samples keep
    """

    def __init__(
        self, initial: tuple[Tensor, ...], capacity: int, initial_share: float,
    ) -> None:
        self._initial_count = initial[0].shape[0]
        self._capacity = capacity
        self._weight = (1 - initial_share) / capacity
        self._samples = tuple(
            torch.cat((tensor, tensor.new_zeros((capacity, *tensor.shape[1:]))))
            for tensor in initial)
        self._weights = initial[0].new_zeros(self._initial_count + capacity)
        self._weights[:self._initial_count] = 1 / self._initial_count
        self._added = 0

    @property
    def memory_bytes(self) -> int:
        """The bytes that the samples and weights take."""
        return sum(tensor.nbytes for tensor in (*self._samples, self._weights))

    def add(self, *sample: Tensor) -> None:
        """Keep a sample, in place of the oldest one when the memory is full."""
        index = self._initial_count + self._added % self._capacity
        self._added += 1
        for tensor, values in zip(self._samples, sample, strict=True):
            tensor[index] = values
        later = min(self._added, self._capacity) * self._weight
        self._weights[index] = self._weight
        self._weights[:self._initial_count] = (1 - later) / self._initial_count

    def mean(self) -> tuple[Tensor, ...]:
        """Return the weighted mean of each quantity over all samples."""
        return tuple(
            torch.tensordot(self._weights, tensor, dims=1) for tensor in self._samples)

"""What a classifier learns from: samples of the first frame, and later ones with their weights."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rat_tracker.online.classifier import Samples


@dataclass(frozen=True)
class WeightedSamplesParameters:
    """How samples are kept; a tracker gives the values."""

    memory: int  # later samples that are kept
    rate: float  # weight of a new sample; all others lose so much of theirs
    hard_rate: float  # likewise, of one that shows a distractor
    first_share: float  # of the weight, that the samples of the first frame keep


class WeightedSamples:
    """A fixed number of samples; a new one takes the place of the later one that weighs least.

    As in ATOM (Danelljan et al., CVPR 2019, section 3.4). Everything is allocated at once and
    changed in place, and nothing is read back from the samples' device.

    :param first: samples of the first frame, which stay
    """

    def __init__(self, parameters: WeightedSamplesParameters, first: Samples) -> None:
        self._parameters = parameters
        self._count = len(first.features)
        self._samples = Samples(*(
            torch.cat((values, values.new_zeros((parameters.memory, *values.shape[1:]))))
            for values in first))

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All that ``add`` changes."""
        return tuple(self._samples)

    @property
    def memory_bytes(self) -> int:
        """The bytes that the samples take."""
        return sum(values.nbytes for values in self._samples)

    @property
    def all(self) -> Samples:
        """All samples; those that are still to come weigh nothing. ``add`` changes them."""
        return self._samples

    def add(self, features: Tensor, label: Tensor, *, rate: Tensor) -> None:
        """Keep a sample.

        :param features: C×rows×columns
        :param label: rows'×columns'
        :param rate: see ``rate`` and ``hard_rate`` of the parameters; one value
        """
        weights = self._samples.weights
        first, later = weights[:self._count], weights[self._count:]
        place = later.argmin()[None]
        weights.mul_(1 - rate)
        later.index_copy_(0, place, rate.expand(1))
        least = self._parameters.first_share
        share = first.sum()
        first.mul_((least / share).clamp_min(1))
        later.mul_((1 - share.clamp_min(least)) / later.sum())
        place = place + self._count
        self._samples.features.index_copy_(0, place, features[None])
        self._samples.labels.index_copy_(0, place, label[None])

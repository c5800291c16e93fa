"""The samples of a classifier: what stays, what goes, and how much each weighs."""

from __future__ import annotations

import pytest
from support_maps import Readings
import torch
from torch import Tensor

from rat_tracker.online.classifier import Samples
from rat_tracker.online.weighted_samples import WeightedSamples
from rat_tracker.online.weighted_samples import WeightedSamplesParameters

FIRST = 3
PARAMETERS = WeightedSamplesParameters(memory=4, rate=0.1, hard_rate=0.2, first_share=0.25)


def kept(parameters: WeightedSamplesParameters = PARAMETERS) -> WeightedSamples:
    return WeightedSamples(parameters, Samples(
        torch.zeros(FIRST, 2, 3, 3), torch.zeros(FIRST, 4, 4), torch.full((FIRST,), 1 / FIRST)))


def add(samples: WeightedSamples, number: int, rate: float = PARAMETERS.rate) -> None:
    """Add a sample that can be told by its number."""
    samples.add(torch.full((2, 3, 3), float(number)), torch.full((4, 4), float(number)),
                rate=torch.tensor([rate]))


def numbers(samples: WeightedSamples) -> Tensor:
    features, labels, _ = samples.all
    assert (features[:, 0, 0, 0] == labels[:, 0, 0]).all()
    return features[:, 0, 0, 0]


def test_the_samples_of_the_first_frame_stay_and_the_newest_others() -> None:
    samples = kept()
    for number in range(1, 8):
        add(samples, number)
    assert numbers(samples)[:FIRST].tolist() == [0] * FIRST
    assert sorted(numbers(samples)[FIRST:].tolist()) == [4, 5, 6, 7]


def test_a_sample_of_more_weight_outlives_one_that_is_newer() -> None:
    samples = kept()
    add(samples, 1, rate=0.5)
    for number in range(2, 6):
        add(samples, number)
    assert 1 in numbers(samples).tolist()
    assert 2 not in numbers(samples).tolist()


def test_a_new_sample_has_the_rate_for_its_weight_and_all_others_lose_it() -> None:
    samples = kept()
    add(samples, 1)
    add(samples, 2)
    weights = dict(zip(numbers(samples).tolist(), samples.all.weights.tolist(), strict=True))
    assert weights[2.0] == pytest.approx(0.1)
    assert weights[1.0] == pytest.approx(0.1 * 0.9)
    assert samples.all.weights.sum().item() == pytest.approx(1)


def test_the_first_frame_keeps_its_share() -> None:
    samples = kept()
    for number in range(1, 60):
        add(samples, number)
        weights = samples.all.weights
        assert weights.sum().item() == pytest.approx(1, abs=1e-5)
        assert weights[:FIRST].sum().item() >= 0.25 - 1e-6
    assert weights[:FIRST].sum().item() == pytest.approx(0.25, abs=1e-5)


def test_what_is_still_to_come_weighs_nothing() -> None:
    assert kept().all.weights[FIRST:].tolist() == [0] * PARAMETERS.memory


def test_it_is_bounded_in_bytes_and_changed_in_place() -> None:
    samples = kept()
    places = [tensor.data_ptr() for tensor in samples.tensors]
    before = samples.memory_bytes
    for number in range(20):
        add(samples, number)
    assert [tensor.data_ptr() for tensor in samples.tensors] == places
    assert samples.memory_bytes == before


def test_nothing_is_read_back_from_the_device() -> None:
    samples = kept()
    rate = torch.tensor([0.1])
    features, label = torch.ones(2, 3, 3), torch.ones(4, 4)
    with Readings() as readings:
        samples.add(features, label, rate=rate)
    assert not readings.names

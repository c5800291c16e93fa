"""The weights of the samples.

Sample i is the i-th unit vector, so that the weighted mean of all samples shows the weights.
"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies
import pytest
import torch
from torch import Tensor

from rat_tracker.online.sample_memory import SampleMemory

INITIAL, CAPACITY, LATER = 3, 5, 40
UNITS = torch.eye(INITIAL + LATER)


def memory(added: int, *, capacity: int = CAPACITY, share: float = 0.25) -> SampleMemory:
    made = SampleMemory((UNITS[:INITIAL],), capacity, share)
    for unit in UNITS[INITIAL:INITIAL + added]:
        made.add(unit)
    return made


def weights(samples: SampleMemory) -> Tensor:
    mean, = samples.mean()
    return mean


@given(
    added=strategies.integers(0, LATER), capacity=strategies.integers(1, 12),
    share=strategies.floats(0, 1))
def test_weights_sum_to_one_and_the_first_frame_keeps_its_share(
    added: int, capacity: int, share: float,
) -> None:
    found = weights(memory(added, capacity=capacity, share=share))

    assert float(found.sum()) == pytest.approx(1, abs=1e-5)
    assert float(found[:INITIAL].sum()) >= share - 1e-5
    assert (found >= 0).all()


def test_first_frame_s_samples_count_the_same() -> None:
    assert weights(memory(0))[:INITIAL].tolist() == pytest.approx([1 / 3] * 3)
    later = weights(memory(4))
    assert later[0] == later[1] == later[2]


def test_later_samples_count_the_same_however_many_there_are() -> None:
    for added in (1, 3, 5, 12):
        later = weights(memory(added))[INITIAL:]
        assert later[later > 0].tolist() == pytest.approx([0.75 / 5] * min(added, CAPACITY))


def test_first_frame_s_weight_sinks_to_its_share_and_stays_there() -> None:
    shares = [float(weights(memory(added))[:INITIAL].sum()) for added in range(LATER)]

    assert all(after <= before + 1e-5 for before, after in pairwise(shares))
    assert shares[CAPACITY:] == pytest.approx([0.25] * (LATER - CAPACITY))


@pytest.mark.parametrize('added', [6, 9, 23])
def test_oldest_sample_makes_room(added: int) -> None:
    kept = {index - INITIAL for index in weights(memory(added)).nonzero().flatten().tolist()}

    newest = set(range(added - CAPACITY, added))
    assert kept == newest | {index - INITIAL for index in range(INITIAL)}


def test_sum_that_is_kept_is_that_of_the_samples_after_any_number_of_them() -> None:
    """Samples are added to it and taken from it; what rounding leaves must not pile up."""
    random = torch.Generator().manual_seed(0)
    later = torch.randn(3000, 8, generator=random)
    samples = SampleMemory((torch.zeros(1, 8),), 5, 0.0)
    for sample in later:
        samples.add(sample)

    mean, = samples.mean()

    torch.testing.assert_close(mean, later[-5:].mean(0), atol=1e-5, rtol=0)


def test_all_quantities_of_a_sample_share_its_weight() -> None:
    samples = SampleMemory((UNITS[:2], 10 * UNITS[:2]), 3, 0.25)
    samples.add(UNITS[5], 10 * UNITS[5])

    first, second = samples.mean()

    torch.testing.assert_close(second, 10 * first)


def test_memory_does_not_grow() -> None:
    assert memory(0).memory_bytes == memory(LATER).memory_bytes
    # The mean of the first frame, five samples and their sum, of 43 numbers each, four bytes a
    # number; the place of the next sample, eight bytes, and how many there are, four.
    assert memory(0).memory_bytes == 4 * 7 * 43 + 8 + 4

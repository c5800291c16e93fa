"""The kernels are ranked by PNR: the best one attends, the worst one is replaced."""

from __future__ import annotations

import pytest
from support_maps import label
import torch
from torch import Tensor

from rat_tracker.online.kernel_ranking import KernelRanking
from rat_tracker.online.kernel_ranking import RidgeKernelFit
from rat_tracker.trackers.rat.parameters import RatRanking

SIZE, CHANNELS = 16, 4


class Selectors:
    """Makes kernels that each see one channel only: the first one channel 0, the next one 1."""

    def __init__(self) -> None:
        self.labels: list[Tensor] = []

    def __call__(self, features: Tensor, label: Tensor) -> Tensor:
        kernel = torch.zeros(CHANNELS, 3, 3)
        kernel[len(self.labels), 1, 1] = 1
        self.labels.append(label)
        return kernel


def ranking(fit: Selectors) -> KernelRanking:
    """Return a ranking of three kernels, which see the channels 0, 1 and 2."""
    samples = torch.zeros(3, CHANNELS, SIZE, SIZE)
    return KernelRanking(
        RatRanking(kernels=3, kernel_size=3), fit, samples,
        torch.tensor([[8.0, 8.0], [3.0, 5.0], [8.0, 8.0]]), target_side=8)


def frame(**peaks: tuple[int, int]) -> Tensor:
    """Return features that are level but for a peak, at row and column, in the named channels."""
    features = torch.full((1, CHANNELS, SIZE, SIZE), 0.3)
    for name, (row, column) in peaks.items():
        features[0, 'abcd'.index(name)] = label(SIZE, SIZE, row, column, 1.0)
    return features


def attend(kernels: KernelRanking, features: Tensor) -> Tensor:
    return kernels.attention(*kernels.rank(features))


def position_of_peak(attention: Tensor) -> tuple[int, int]:
    return divmod(int(attention.argmax()), SIZE)


def test_best_kernel_is_the_one_with_the_clearest_peak() -> None:
    kernels = ranking(Selectors())

    assert position_of_peak(attend(kernels, frame(a=(2, 3)))) == (2, 3)
    assert position_of_peak(attend(kernels, frame(b=(5, 9)))) == (5, 9)
    blurred = frame(b=(5, 9))
    blurred[0, 2] = label(SIZE, SIZE, 11, 4, 3.0)
    assert position_of_peak(attend(kernels, blurred)) == (5, 9)


def test_attention_is_from_nothing_to_one() -> None:
    kernels = ranking(Selectors())

    attention = attend(kernels, 7 * frame(a=(2, 3)) - 1)

    assert attention.shape == (SIZE, SIZE)
    assert attention.min() == 0
    assert attention.max() == 1


def test_attention_to_nothing_is_empty_and_finite() -> None:
    attention = attend(ranking(Selectors()), torch.full((1, CHANNELS, SIZE, SIZE), -1.0))

    assert torch.equal(attention, torch.zeros(SIZE, SIZE))


def test_each_first_kernel_is_made_of_a_view_of_its_own() -> None:
    fit = Selectors()
    ranking(fit)

    assert [position_of_peak(label) for label in fit.labels] == [(8, 8), (3, 5), (8, 8)]


def test_worst_kernel_is_replaced_and_no_other() -> None:
    fit = Selectors()
    kernels = ranking(fit)
    ranked = frame(b=(5, 9))
    ranked[0, 2] = label(SIZE, SIZE, 5, 9, 3.0)  # clearer than level: a comes last
    attend(kernels, ranked)

    kernels.replace_worst(ranked, torch.tensor([6.0, 7.0]))

    # The new kernel sees channel d. Nothing sees channel a any more.
    assert position_of_peak(attend(kernels, frame(d=(4, 4)))) == (4, 4)
    assert position_of_peak(attend(kernels, frame(b=(5, 5)))) == (5, 5)
    assert position_of_peak(attend(kernels, frame(c=(6, 6)))) == (6, 6)
    assert attend(kernels, frame(a=(7, 7))).min() == 1


def test_new_kernel_is_made_of_the_target_s_position() -> None:
    fit = Selectors()
    kernels = ranking(fit)
    features = frame(b=(5, 9))
    attend(kernels, features)

    kernels.replace_worst(features, torch.tensor([6.0, 7.0]))

    assert position_of_peak(fit.labels[-1]) == (6, 7)


def test_memory_does_not_grow() -> None:
    fit = Selectors()
    kernels = ranking(fit)
    before = kernels.memory_bytes
    features = frame(b=(5, 9))
    attend(kernels, features)
    kernels.replace_worst(features, torch.tensor([6.0, 7.0]))

    assert len(fit.labels) == 4
    # Three kernels and their scores, in float32.
    assert kernels.memory_bytes == before == 3 * CHANNELS * 9 * 4 + 3 * 4


@pytest.mark.parametrize('kernel_size', [3, 5])
def test_ridge_kernel_is_the_solution_of_its_least_squares(kernel_size: int) -> None:
    """The dual problem, which is solved, has the solution of the plain one, which is stated."""
    random = torch.Generator().manual_seed(0)
    features = torch.randn(1, CHANNELS, 6, 7, generator=random, dtype=torch.float64)
    wanted = label(6, 7, 3, 2, 1.0).double()
    share = 3.0

    kernel = RidgeKernelFit(kernel_size, share)(features, wanted)

    windows = torch.nn.functional.unfold(features, kernel_size, padding=kernel_size // 2)[0].T
    weight = share * windows.square().sum(1).mean()
    identity = torch.eye(windows.shape[1], dtype=torch.float64)
    expected = torch.linalg.solve(
        windows.T @ windows + weight * identity, windows.T @ wanted.flatten())
    torch.testing.assert_close(kernel.flatten(), expected, rtol=1e-4, atol=1e-6)

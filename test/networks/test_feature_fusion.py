"""Fusions of two maps: what each begins as, and what its gates do to it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rat_tracker.networks.feature_fusion import AttentionalFusion
from rat_tracker.networks.feature_fusion import FUSIONS
from rat_tracker.networks.feature_fusion import IterativeFusion

CHANNELS = 8


def maps() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    first, second = (torch.randn(2, CHANNELS, 4, 5, generator=random) for _ in range(2))
    return first, second


def trained(fusion: torch.nn.Module) -> torch.nn.Module:
    """Return a module in which every weight matters, as it is while tracking."""
    torch.manual_seed(0)
    with torch.no_grad():
        for value in fusion.parameters():
            value.add_(0.5 * torch.randn(value.shape))
    return fusion.eval()


@pytest.mark.parametrize('name', FUSIONS)
def test_each_begins_as_the_plain_sum(name: str) -> None:
    first, second = maps()
    torch.testing.assert_close(FUSIONS[name](CHANNELS)(first, second), first + second)


def test_the_gate_of_aff_lets_one_map_through_as_far_as_it_closes_the_other() -> None:
    fusion = AttentionalFusion(CHANNELS)
    trained(fusion)
    first, second = maps()
    gate = fusion.gate(first + second)
    torch.testing.assert_close(
        fusion(first, second), 2 * (gate * first + (1 - gate) * second))


def test_the_gate_of_iaff_is_asked_of_what_aff_gives() -> None:
    fusion = IterativeFusion(CHANNELS)
    trained(fusion)
    first, second = maps()
    gate = fusion.gate(fusion.integration(first, second))
    torch.testing.assert_close(
        fusion(first, second), 2 * (gate * first + (1 - gate) * second))


@pytest.mark.parametrize('branch', [
    'integration.gate.local_context', 'integration.gate.global_context',
    'gate.local_context', 'gate.global_context'])
def test_every_branch_of_both_passes_of_iaff_has_weights_of_its_own(branch: str) -> None:
    fusion = trained(IterativeFusion(CHANNELS))
    first, second = maps()
    before = fusion(first, second)
    with torch.no_grad():
        fusion.get_parameter(f'{branch}.0.weight').add_(0.5)
    assert (fusion(first, second) - before).abs().max() > 1e-3

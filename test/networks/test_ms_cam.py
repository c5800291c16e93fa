"""MS-CAM: a gate that begins half open, and sees each place and the whole map."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor

from rat_tracker.networks.ms_cam import MsCam

CHANNELS = 8


def trained() -> MsCam:
    """Return a module in which every weight matters, as it is while tracking."""
    torch.manual_seed(0)
    made = MsCam(CHANNELS)
    with torch.no_grad():
        for value in made.parameters():
            value.add_(0.5 * torch.randn(value.shape))
    return made.eval()


def features(seed: int = 1) -> Tensor:
    return torch.randn(2, CHANNELS, 5, 6, generator=torch.Generator().manual_seed(seed))


def test_before_training_every_gate_is_half_open() -> None:
    assert (MsCam(CHANNELS)(features()) == 0.5).all()


def test_it_is_the_sigmoid_of_local_and_global_context() -> None:
    made, seen = trained(), features()

    def context(layers: nn.Module, values: Tensor) -> Tensor:
        found: Tensor = layers(values)
        return found

    local, of_map = (context(layers, seen) for layers in (
        made.local_context, made.global_context))
    of_mean = context(made.global_context, seen.mean((2, 3), keepdim=True))
    assert (of_map - of_mean).abs().max() > 0.01
    torch.testing.assert_close(made(seen), torch.sigmoid(local + of_mean))


def test_what_changes_at_one_place_moves_the_gates_of_all_others() -> None:
    made, seen = trained(), features()
    changed = seen.clone()
    changed[:, :, 0, 0] += 3
    difference = (made(changed) - made(seen)).abs().amax((0, 1))
    assert difference[0, 0] > difference[1:, 1:].max() > 0


def test_channels_are_reduced_by_four_in_between() -> None:
    first = MsCam(64).local_context[0]
    assert isinstance(first, nn.Conv2d)
    assert first.out_channels == 16

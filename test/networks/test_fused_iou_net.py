"""The fused levels of the backbone, and what of them and of IoU-Net an engine runs."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.feature_fusion import FUSIONS
from rat_tracker.networks.fused_iou_net import BackboneWithLevels
from rat_tracker.networks.fused_iou_net import FusedIouNet
from rat_tracker.networks.fused_levels import FusedLevels
from rat_tracker.networks.fused_levels import LAYERS
from rat_tracker.weights import EFFICIENTNET_LITE0


def layers(count: int = 3) -> tuple[Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    fine, early, late = (
        torch.randn(count, channels, side, side, generator=random) * 3 + 5
        for channels, side in ((40, 12), (80, 6), (112, 6)))
    return fine, early, late


@pytest.mark.parametrize('fusion', FUSIONS)
def test_levels_have_the_strides_eight_and_sixteen(fusion: str) -> None:
    fine, coarse = FusedLevels(fusion)(*layers())
    assert fine.shape == (3, 64, 12, 12)
    assert coarse.shape == (3, 64, 6, 6)


def test_every_layer_is_in_a_level_whatever_its_mean_and_deviation() -> None:
    levels = FusedLevels('sum')
    levels.standardise(*layers())
    for number, changes in ((0, (True, False)), (1, (False, True)), (2, (True, True))):
        changed = list(layers())
        changed[number] = changed[number].flip(0)
        found = [(after - before).abs().max() > 0.1 for before, after in zip(
            levels(*layers()), levels(*changed), strict=True)]
        assert found == list(changes), LAYERS[number]


def test_levels_begin_with_the_principal_directions_of_their_layers() -> None:
    levels = FusedLevels('sum')
    fine, early, late = layers(count=40)
    early[:, :70] *= 0.1  # what is standardised knows nothing of this …
    early[:, 10:] = early[:, :70]  # … but channels that are copies of others are one direction
    levels.standardise(fine, early, late)
    reduced = levels.early(early).transpose(0, 1).flatten(1)
    apart = torch.cov(reduced.detach())
    assert (apart - apart.diag().diag()).abs().max() < 1e-3 * apart.diag().max()
    whole = levels.early.standardisation(early)
    assert reduced.square().sum() > 0.95 * whole.square().sum()


def test_an_engine_runs_what_does_not_know_the_target() -> None:
    torch.manual_seed(0)
    backbone = EfficientNetLite0(LAYERS, 96)
    backbone.load_weights(EFFICIENTNET_LITE0.load())
    network = FusedIouNet()
    patches = torch.randint(0, 255, (2, 96, 96, 3), dtype=torch.uint8)
    with torch.no_grad():
        joined = BackboneWithLevels(backbone, network).eval()
        fine, coarse, looked_fine, looked_coarse, gates = joined(patches)
        levels = network.levels(*backbone(patches))
        looked = network.iou_net.candidate_features(levels)

    torch.testing.assert_close((fine, coarse), tuple(levels))
    torch.testing.assert_close((looked_fine, looked_coarse), tuple(looked))
    assert (gates == 0.5).all()
    assert gates.shape == (2, 12, 12)


def test_without_ms_cam_every_gate_is_open() -> None:
    backbone = EfficientNetLite0(LAYERS, 96)
    backbone.load_weights(EFFICIENTNET_LITE0.load())
    joined = BackboneWithLevels(backbone, FusedIouNet(attention=False)).eval()
    with torch.no_grad():
        *_, gates = joined(torch.zeros(1, 96, 96, 3, dtype=torch.uint8))
    assert (gates == 1).all()

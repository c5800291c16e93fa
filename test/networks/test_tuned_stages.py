"""The stages of stride 16 that are trained on."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.backbones.tuned_stages import TunedStages

SIDE = 96  # of the backbone of conftest.py


@pytest.fixture(scope='module')
def layers(backbone: EfficientNetLite0) -> tuple[Tensor, Tensor]:
    patches = torch.randint(0, 256, (2, SIDE, SIDE, 3), dtype=torch.uint8,
                            generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        fine, coarse = backbone(patches)
    return fine, coarse


def test_before_training_they_give_what_the_backbone_gives(
        backbone: EfficientNetLite0, layers: tuple[Tensor, Tensor]) -> None:
    fine, coarse = layers
    torch.testing.assert_close(TunedStages(backbone).eval()(fine), coarse, rtol=1e-4, atol=1e-4)


def test_while_training_they_give_the_same_but_for_half_precision(
        backbone: EfficientNetLite0, layers: tuple[Tensor, Tensor]) -> None:
    fine, coarse = layers
    wrong = TunedStages(backbone).train()(fine) - coarse
    assert wrong.std() < 0.03 * coarse.std()


def test_what_is_trained_gets_the_gradient_that_single_precision_gives(
        backbone: EfficientNetLite0, layers: tuple[Tensor, Tensor]) -> None:
    fine, _ = layers
    weights = torch.randn(112, 6, 6, generator=torch.Generator().manual_seed(2))
    gradients = []
    for training in (True, False):
        stages = TunedStages(backbone).train(training)
        (stages(fine) * weights).mean().backward()
        gradients.append(torch.cat([value.grad.flatten() for value in stages.parameters()
                                    if value.grad is not None]))
        assert len(gradients[-1]) == sum(value.numel() for value in stages.parameters())
    half, single = gradients
    assert F.cosine_similarity(half, single, dim=0) > 0.97


def test_depth_wise_kernels_and_the_backbone_stay_as_they_are(
        backbone: EfficientNetLite0, layers: tuple[Tensor, Tensor]) -> None:
    before = {name: value.clone() for name, value in backbone.state_dict().items()}
    stages = TunedStages(backbone).train()
    kept = {name: value.clone() for name, value in stages.named_buffers()}
    assert kept
    optimizer = torch.optim.SGD(stages.parameters(), 0.1)
    stages(layers[0]).square().mean().backward()
    optimizer.step()

    assert all(torch.equal(value, kept[name]) for name, value in stages.named_buffers())
    assert all(torch.equal(value, before[name]) for name, value in backbone.state_dict().items())

"""The backbone and the box head behind it as one network."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.box_head import BoxHead
from rat_tracker.networks.box_head import BoxHeadParameters
from rat_tracker.networks.box_head import Template
from rat_tracker.networks.conditioned import BackboneWithBoxHead

SIDE = 96  # of the backbone of conftest.py
BOXES = torch.tensor([[24.0, 32, 40, 32], [40.0, 24, 24, 48]])


def patches(seed: int) -> Tensor:
    return torch.randint(0, 256, (2, SIDE, SIDE, 3), dtype=torch.uint8,
                         generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope='module')
def head(backbone: EfficientNetLite0) -> BoxHead:
    """Return a head that is standardised for the backbone, and in which every weight matters."""
    torch.manual_seed(1)
    head = BoxHead().eval()
    with torch.no_grad():
        joined = head.join_layers(*backbone(patches(1)))
        head.standardise(joined.mean((0, 2, 3)), joined.std((0, 2, 3)))
        for value in head.parameters():
            value.add_(0.02 * torch.randn(value.shape))
    return head


@pytest.fixture(scope='module')
def template(backbone: EfficientNetLite0, head: BoxHead) -> Template:
    with torch.inference_mode():
        fine, coarse = backbone(patches(2))
        return head.encode(fine, coarse, BOXES)


@torch.inference_mode()
def test_answers_like_the_backbone_and_the_head_one_after_the_other(
        backbone: EfficientNetLite0, head: BoxHead, template: Template) -> None:
    fine, coarse, quality, distances = BackboneWithBoxHead(backbone, head)(patches(3), *template)

    wanted = head(*backbone(patches(3)), template)
    assert torch.equal(fine, backbone(patches(3))[0])
    assert torch.equal(coarse, backbone(patches(3))[1])
    torch.testing.assert_close(quality, wanted.quality.sigmoid(), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(distances, wanted.distances, rtol=1e-3, atol=1e-4)
    assert (quality.std() / quality.mean()).gt(0.1)
    assert (distances.std() / distances.mean()).gt(0.1)


@torch.inference_mode()
def test_another_template_gives_another_answer(
        backbone: EfficientNetLite0, head: BoxHead, template: Template) -> None:
    network = BackboneWithBoxHead(backbone, head)
    before = network(patches(3), *template)
    for index in range(len(template)):
        changed = [value.flip(0) if place == index else value
                   for place, value in enumerate(template)]
        after = network(patches(3), *changed)
        assert torch.equal(after[0], before[0])
        assert torch.equal(after[1], before[1])
        assert not torch.allclose(after[2], before[2], rtol=1e-2)
        assert not torch.allclose(after[3], before[3], rtol=1e-2)


def test_shapes_of_templates_are_those_that_the_head_encodes(
        backbone: EfficientNetLite0, head: BoxHead, template: Template) -> None:
    shapes = BackboneWithBoxHead(backbone, head).input_shapes(count=2)
    assert shapes == tuple(tuple(value.shape) for value in template)


def test_shapes_follow_the_sizes_of_the_head(backbone: EfficientNetLite0) -> None:
    head = BoxHead(BoxHeadParameters(modulated_channels=6, correlated_channels=5))
    assert BackboneWithBoxHead(backbone, head).input_shapes() == ((1, 49, 5), (1, 6), (1, 6))


def test_the_head_stays_as_it_was(
        backbone: EfficientNetLite0, head: BoxHead, template: Template) -> None:
    before = {name: value.clone() for name, value in head.state_dict().items()}

    network = BackboneWithBoxHead(backbone, head)
    with torch.no_grad():
        for value in network.head.parameters():
            value.zero_()

    assert before.keys() == head.state_dict().keys()
    for name, value in head.state_dict().items():
        assert torch.equal(value, before[name])


def test_what_only_templates_need_is_no_part_of_it(
        backbone: EfficientNetLite0, head: BoxHead) -> None:
    """Engines keep and compare every weight that a network has."""
    network = BackboneWithBoxHead(backbone, head).eval()
    shapes = network.input_shapes(count=2)
    sum(output.sum() for output in network(patches(1), *map(torch.rand, shapes))).backward()
    unused = [name for name, value in network.named_parameters() if value.grad is None]
    assert unused == []

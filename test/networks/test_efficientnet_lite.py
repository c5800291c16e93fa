"""Our EfficientNet-Lite0 answers like the published one, layer by layer."""

from __future__ import annotations

from typing import Any

import efficientnet_lite_pytorch as reference
import numpy as np
import pytest
import torch
from torch import nn
from torch import Tensor

from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.weights import EFFICIENTNET_LITE0

# The published model's blocks after which our stages end: repeats 1, 2, 2, 3, 3.
LAST_BLOCKS = (0, 2, 4, 7, 10)
SIDES = (224, 255, 97, 64)


@pytest.fixture(scope='module')
def weights() -> dict[str, Tensor]:
    return EFFICIENTNET_LITE0.load()


def ours(weights: dict[str, Tensor], side: int) -> EfficientNetLite0:
    network = EfficientNetLite0(tuple(FEATURE_LAYERS), side)
    network.load_weights(weights)
    return network.eval()


def theirs(weights: dict[str, Tensor], side: int) -> Any:
    network = reference.EfficientNet.from_name('efficientnet-lite0', image_size=side)
    network.load_state_dict(weights)
    return network.eval()


def patches(side: int, count: int = 1) -> Tensor:
    random = np.random.default_rng(side)
    return torch.from_numpy(random.integers(0, 256, (count, side, side, 3), np.uint8))


def outputs(modules: list[nn.Module], run: Any, argument: Tensor) -> list[Tensor]:
    """Run and return what each of the modules gave."""
    seen: list[Tensor] = []
    hooks = [module.register_forward_hook(lambda *call: seen.append(call[2]))
             for module in modules]
    with torch.inference_mode():
        run(argument)
    for hook in hooks:
        hook.remove()
    return seen


@pytest.mark.parametrize('side', SIDES)
def test_every_block_matches_the_published_one(
    weights: dict[str, Tensor], side: int,
) -> None:
    network, published = ours(weights, side), theirs(weights, side)
    shown = patches(side)
    # The published model takes RGB, scaled by its user.
    scaled = (shown.flip(-1).permute(0, 3, 1, 2).float() - 127) / 128
    blocks: list[nn.Module] = []
    for stage in network.stages:
        blocks += list(stage.children())

    found = outputs(blocks, network, shown)
    expected = outputs(
        list(published._blocks)[:len(blocks)], published.extract_features, scaled)

    assert len(found) == len(expected) == LAST_BLOCKS[-1] + 1
    for block, (our, their) in enumerate(zip(found, expected, strict=True)):
        assert our.shape == their.shape, f'block {block}'
        assert torch.allclose(our, their, rtol=1e-3, atol=1e-3), f'block {block}'


@pytest.mark.parametrize('side', SIDES)
@pytest.mark.parametrize('name', FEATURE_LAYERS)
def test_layer_is_the_last_block_of_its_stage(
    weights: dict[str, Tensor], side: int, name: str,
) -> None:
    network = ours(weights, side)
    stage = network.stages[FEATURE_LAYERS[name].stage]

    with torch.inference_mode():
        layer = network(patches(side))[list(FEATURE_LAYERS).index(name)]
    block, = outputs([stage], network, patches(side))

    assert torch.equal(layer, block)
    cells = -(-side // FEATURE_LAYERS[name].stride)
    assert layer.shape == (1, FEATURE_LAYERS[name].channels, cells, cells)


def test_nothing_behind_the_deepest_layer_is_built() -> None:
    shallow = EfficientNetLite0(['stride8'], 64)

    assert len(shallow.stages) == FEATURE_LAYERS['stride8'].stage + 1


def test_layers_come_in_the_order_that_was_asked_for(weights: dict[str, Tensor]) -> None:
    network = EfficientNetLite0(['stride16', 'stride4'], 64)
    network.load_weights(weights)

    with torch.inference_mode():
        deep, fine = network.eval()(patches(64))

    assert deep.shape[-1] == 4
    assert fine.shape[-1] == 16


def test_patches_of_a_batch_do_not_mix(weights: dict[str, Tensor]) -> None:
    network = ours(weights, 64)
    shown = patches(64, count=3)

    with torch.inference_mode():
        together = network(shown)
        alone = network(shown[1:2])

    for whole, part in zip(together, alone, strict=True):
        torch.testing.assert_close(whole[1:2], part, rtol=1e-4, atol=1e-4)


def test_weight_that_is_missing_is_named(weights: dict[str, Tensor]) -> None:
    incomplete = {name: value for name, value in weights.items() if name != '_conv_stem.weight'}

    with pytest.raises(KeyError, match=r'_conv_stem\.weight'):
        EfficientNetLite0(['stride8'], 64).load_weights(incomplete)


def test_every_weight_of_the_network_is_loaded(weights: dict[str, Tensor]) -> None:
    """Loading is not strict, so that nothing may be left as it was initialised."""
    network = EfficientNetLite0(['stride16'], 64)
    for value in network.state_dict().values():
        value.fill_(7)
    network.load_weights(weights)

    for name, value in network.state_dict().items():
        if not name.endswith('num_batches_tracked'):
            assert (value != 7).any(), name

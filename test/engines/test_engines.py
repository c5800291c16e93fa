"""Every engine gives the same outputs; what cannot run here is named."""

from __future__ import annotations

import pytest
from support_engines import Edges
from support_engines import expected
from support_engines import further_inputs
from support_engines import patches
from support_engines import SHAPE
from support_engines import Tinted
from support_engines import TINTS
import torch

from rat_tracker.engines import DEVICES
from rat_tracker.engines import ENGINES
from rat_tracker.engines.choice import choose_engine
from rat_tracker.engines.creation import create_engine
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.weights import EFFICIENTNET_LITE0


def runs_here(engine: str) -> bool:
    try:
        choose_engine(engine, 'cpu')
    except ValueError:
        return False
    return True


RUNNING = [engine for engine in ENGINES if runs_here(engine)]


@pytest.mark.parametrize('name', RUNNING)
def test_engine_matches_the_module(name: str) -> None:
    network = Edges()
    engine = create_engine(network, SHAPE, name, 'cpu', 'float32')

    output = engine(patches(1))

    assert len(output) == 2
    for found, wanted in zip(output, expected(network, patches(1)), strict=True):
        assert found.dtype == torch.float32
        assert found.device == engine.device
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize('name', RUNNING)
def test_second_call_is_about_the_second_patches(name: str) -> None:
    """Also when the caller fills the same tensor again, as trackers do."""
    network = Edges()
    engine = create_engine(network, SHAPE, name, 'cpu', 'float32')
    shown = patches(1)
    first = [layer.clone() for layer in engine(shown)]

    shown[:] = patches(2)
    second = [layer.clone() for layer in engine(shown)]
    shown[:] = patches(1)
    third = engine(shown)

    for layer, wanted in zip(second, expected(network, patches(2)), strict=True):
        torch.testing.assert_close(layer, wanted, rtol=1e-4, atol=1e-2)
    for layer, wanted in zip(third, first, strict=True):
        assert torch.equal(layer, wanted)


@pytest.mark.parametrize('name', RUNNING)
def test_further_inputs_are_seen_as_they_are_at_each_call(name: str) -> None:
    """Trackers fill the same tensors anew for every target."""
    network = Tinted()
    engine = create_engine(network, SHAPE, name, 'cpu', 'float32', TINTS)
    kept = further_inputs(1)
    for seed in (1, 2, 1):
        for tensor, values in zip(kept, further_inputs(seed), strict=True):
            tensor.copy_(values)

        output = engine(patches(1), *kept)

        wanted = expected(network, patches(1), *further_inputs(seed))
        assert len(output) == len(wanted)
        for found, layer in zip(output, wanted, strict=True):
            assert found.dtype == torch.float32
            torch.testing.assert_close(found, layer, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize('name', RUNNING)
def test_further_input_of_another_shape_or_number_is_refused(name: str) -> None:
    engine = create_engine(Tinted(), SHAPE, name, 'cpu', 'float32', TINTS)
    with pytest.raises(RuntimeError):
        engine(patches(1), *further_inputs(1, ((2, 5), (2, 5))))
    with pytest.raises((TypeError, ValueError)):
        engine(patches(1))


def test_engines_do_not_disturb_each_other() -> None:
    engines = [create_engine(Edges(), SHAPE, name, 'cpu', 'float32') for name in RUNNING]
    outputs = [[layer.clone() for layer in engine(patches(1))] for engine in engines]
    for engine in engines:
        engine(patches(2))

    for engine, output in zip(engines, outputs, strict=True):
        for layer, wanted in zip(engine(patches(1)), output, strict=True):
            assert torch.equal(layer, wanted)


@pytest.mark.skipif('openvino' not in RUNNING, reason='openvino is not installed')
def test_openvino_runs_the_backbone_like_torch() -> None:
    side = 96
    network = EfficientNetLite0(['stride8', 'stride16'], side)
    network.load_weights(EFFICIENTNET_LITE0.load())
    shape = (2, side, side, 3)

    output = create_engine(network, shape, 'openvino', 'cpu', 'float32')(patches(3, shape))

    for found, wanted in zip(output, expected(network, patches(3, shape)), strict=True):
        scale = float(wanted.square().mean().sqrt())
        torch.testing.assert_close(found / scale, wanted / scale, rtol=0, atol=1e-4)


@pytest.mark.parametrize('name', RUNNING)
def test_engine_tells_its_name_and_device(name: str) -> None:
    chosen, device = choose_engine(name, 'cpu')

    assert create_engine(Edges(), SHAPE, name, 'cpu', 'float32').name == f'{chosen} on {device}'


@pytest.mark.parametrize('name', RUNNING)
def test_nothing_on_the_cpu_can_be_part_of_a_cuda_graph(name: str) -> None:
    assert not create_engine(Edges(), SHAPE, name, 'cpu', 'float32').capturable


def test_engine_can_be_chosen_after_torch_was_one() -> None:
    create_engine(Edges(), SHAPE, 'torch', 'cpu')

    engine, device = choose_engine('auto', 'auto')
    assert engine in ENGINES
    assert device in DEVICES


def test_what_runs_everywhere_runs_here() -> None:
    assert {'auto', 'torch'} <= set(RUNNING)

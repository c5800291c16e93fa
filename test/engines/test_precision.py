"""What a network computes with: what there is to choose from, and how far the outputs are off."""

from __future__ import annotations

import importlib.util

import pytest
from support_engines import Edges
from support_engines import expected
from support_engines import patches
from support_engines import SHAPE
import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines import PRECISIONS
from rat_tracker.engines.creation import create_engine
from rat_tracker.engines.eager import EagerEngine
from rat_tracker.engines.folding import folded
from rat_tracker.engines.precision import choose_precision
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.weights import EFFICIENTNET_LITE0

SIDE = 96
CORE = 'rat_tracker.engines.openvino.openvino.Core'  # imported as the engine imports it
PATCHES = (2, SIDE, SIDE, 3)
has_openvino = importlib.util.find_spec('openvino') is not None
needs_openvino = pytest.mark.skipif(not has_openvino, reason='openvino is not installed')


def backbone() -> EfficientNetLite0:
    network = EfficientNetLite0(['stride8', 'stride16'], SIDE)
    network.load_weights(EFFICIENTNET_LITE0.load())
    return network


def deviation(found: tuple[Tensor, ...], wanted: tuple[Tensor, ...]) -> float:
    """Return how far the features of the worse layer are off, root mean square over the same."""
    return max(
        float((layer - other).square().mean().sqrt() / other.square().mean().sqrt())
        for layer, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize(('engine', 'device', 'stands_for'), [
    ('torch', 'cpu', 'float32'), ('torch', 'cuda', 'float16'),
    ('tensorrt', 'cuda', 'float16'), ('tensorrt_rtx', 'cuda', 'float16')])
def test_auto_is_half_precision_on_gpus(engine: str, device: str, stands_for: str) -> None:
    assert choose_precision('auto', engine, device) == stands_for
    assert choose_precision(stands_for, engine, device) == stands_for
    assert choose_precision('float32', engine, device) == 'float32'


@pytest.mark.parametrize(('engine', 'device', 'precision', 'remedy'), [
    ('torch', 'cpu', 'float16', "choose precision 'float32'"),
    ('openvino', 'cpu', 'float16', "choose precision 'bfloat16' or 'float32'"),
    ('torch', 'cuda', 'bfloat16', "choose precision 'float16' or 'float32'"),
    ('tensorrt_rtx', 'cuda', 'bfloat16', "choose precision 'float16' or 'float32'")])
def test_what_an_engine_does_not_compute_in_is_refused_with_what_it_does(
    engine: str, device: str, precision: str, remedy: str,
) -> None:
    with pytest.raises(ValueError, match=(
            f"engine '{engine}' on {device} does not compute in {precision}; {remedy}")):
        choose_precision(precision, engine, device)


def test_unknown_precision_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=f'unknown precision .*: {", ".join(PRECISIONS)}'):
        create_engine(Edges(), SHAPE, 'torch', 'cpu', 'int2')


@needs_openvino
@pytest.mark.parametrize(('abilities', 'stands_for'), [
    (['FP32', 'BF16', 'INT8'], 'bfloat16'), (['FP32', 'INT8'], 'float32')])
def test_auto_is_bfloat16_on_cpus_that_have_it(
    monkeypatch: pytest.MonkeyPatch, abilities: list[str], stands_for: str,
) -> None:
    monkeypatch.delenv('ONEDNN_MAX_CPU_ISA', raising=False)
    monkeypatch.setattr(f'{CORE}.get_property', lambda *_: abilities)

    assert choose_precision('auto', 'openvino', 'cpu') == stands_for
    assert choose_precision('float32', 'openvino', 'cpu') == 'float32'


@needs_openvino
def test_auto_is_float32_where_instructions_are_held_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """OpenVINO states that the CPU has bfloat16 all the same, and fails to compile it."""
    monkeypatch.setattr(f'{CORE}.get_property', lambda *_: ['FP32', 'BF16'])
    monkeypatch.setenv('ONEDNN_MAX_CPU_ISA', 'avx2')

    assert choose_precision('auto', 'openvino', 'cpu') == 'float32'


@needs_openvino
def test_cpu_without_bfloat16_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f'{CORE}.get_property', lambda *_: ['FP32', 'INT8'])
    with pytest.raises(ValueError, match=(
            "needs a CPU with AVX512_BF16 or AMX, and this one has neither, or "
            "ONEDNN_MAX_CPU_ISA forbids it: choose precision 'float32'")):
        create_engine(Edges(), SHAPE, 'openvino', 'cpu', 'bfloat16')


@needs_openvino
def test_bfloat16_is_close_to_float32_and_is_named() -> None:
    from rat_tracker.engines.openvino import computes_bfloat16  # noqa: PLC0415 - as above

    if not computes_bfloat16():
        pytest.skip('this CPU has neither AVX512_BF16 nor AMX')
    network = backbone()
    engine = create_engine(network, PATCHES, 'openvino', 'cpu', 'bfloat16')

    output = engine(patches(3, PATCHES))

    assert engine.name == 'openvino on cpu in bfloat16'
    assert all(layer.dtype == torch.float32 for layer in output)
    # More than nothing, or else it was float32 after all.
    assert 1e-3 < deviation(output, expected(network, patches(3, PATCHES))) < 0.06


def test_half_precision_of_torch_matches_float32() -> None:
    """What GPUs run, on the CPU, where it is only slower."""
    network = backbone()
    engine = EagerEngine(network, PATCHES, 'cpu', 'float16')

    output = engine(patches(3, PATCHES))

    assert engine.name == 'torch on cpu in float16'
    assert all(layer.dtype == torch.float32 for layer in output)
    assert 1e-4 < deviation(output, expected(network, patches(3, PATCHES))) < 0.01


def test_engine_leaves_the_network_as_it_was() -> None:
    network = backbone()
    before = expected(network, patches(3, PATCHES))

    EagerEngine(network, PATCHES, 'cpu', 'float16')

    for layer, wanted in zip(expected(network, patches(3, PATCHES)), before, strict=True):
        assert torch.equal(layer, wanted)


def test_folded_network_gives_the_same_without_normalisation() -> None:
    network = backbone()

    found = folded(network, PATCHES)

    assert not [module for module in found.modules() if isinstance(module, nn.BatchNorm2d)]
    with torch.inference_mode():
        output = found(patches(3, PATCHES))
    assert deviation(output, expected(network, patches(3, PATCHES))) < 1e-5


class Forked(nn.Module):
    """A convolution whose output goes past its normalisation, too."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 3)
        self.normalisation = nn.BatchNorm2d(4)
        self.normalisation.running_mean = torch.full([4], 50.0)

    def forward(self, shown: Tensor) -> tuple[Tensor]:
        found = self.convolution(shown.permute(0, 3, 1, 2).float())
        return (found + self.normalisation(found),)


class Repeated(nn.Module):
    """A normalisation that follows two convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(3, 3, 1) for _ in range(2)])
        self.normalisation = nn.BatchNorm2d(3)
        self.normalisation.running_var = torch.full([3], 9.0)

    def forward(self, shown: Tensor) -> tuple[Tensor]:
        found = shown.permute(0, 3, 1, 2).float()
        for convolution in self.convolutions:
            found = self.normalisation(convolution(found))
        return (found,)


@pytest.mark.parametrize('kind', [Forked, Repeated])
def test_network_that_cannot_be_folded_runs_as_it_is(kind: type[nn.Module]) -> None:
    network = kind()

    with torch.inference_mode():
        output = folded(network, SHAPE)(patches(1))

    assert torch.equal(output[0], expected(network, patches(1))[0])

"""A network as an ONNX graph, which other libraries read."""

from __future__ import annotations

import hashlib
import io
import warnings

import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.mixed_precision import MixedPrecision

# The newest that the exporter below writes without calling functions of its own.
_OPSET = 17


def input_names(count: int) -> list[str]:
    """Return what a network's inputs are called: patches first, then what else it takes.

    Those are the names that ``torch.export`` gives to the arguments of ``MixedPrecision``.
    """
    return ['patches', *(f'inputs_{index}' for index in range(count - 1))]


class _Floating(nn.Module):
    """A network behind a conversion of its patches.

    TensorRT takes uint8 as an input but computes nothing with it, not even a flip. A network that
    converts its patches to float32 itself converts them twice then, the second time for nothing.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, patches: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        outputs: tuple[Tensor, ...] = self.network(patches.float(), *inputs)
        return outputs


class ExportError(ValueError):
    """A network has no form in ONNX; the message says why."""


def export(
    network: nn.Module, patches: tuple[int, int, int, int], precision: str,
    inputs: tuple[tuple[int, ...], ...] = (),
) -> bytes:
    """Return a network as ONNX: uint8 patches, the rest float32, all shapes fixed.

    Inputs are called by ``input_names``. The same network always gives the same bytes.

    :param patches: N×H×W×3, the shape of the patches
    :param precision: ``float32``, or ``float16`` for convolutions and products of matrices
    :param inputs: shapes of what else the network takes
    :raises ExportError: the network contains what ONNX does not know
    """
    file = io.BytesIO()
    example = (torch.zeros(patches, dtype=torch.uint8), *map(torch.zeros, inputs))
    with warnings.catch_warnings():
        # The exporter that replaces this one takes seconds instead of tenths of one, and
        # another package.
        warnings.simplefilter('ignore', DeprecationWarning)
        warnings.filterwarnings('ignore', 'Constant folding', UserWarning)
        try:
            torch.onnx.export(
                # The exporter puts a module that is training back to training, parts included.
                _Floating(MixedPrecision(network, precision, 'cpu')).eval(), example,
                file,  # type: ignore[arg-type]  # only the newer exporter wants a path
                dynamo=False, opset_version=_OPSET, input_names=input_names(len(example)))
        except torch.onnx.OnnxExporterError as error:
            raise ExportError(f'{type(network).__name__} cannot be written as ONNX: '
                              + str(error).partition('\n')[0]) from error
    return file.getvalue()


def weights_digest(network: nn.Module) -> str:
    """Return the sha256 of a network's weights and their names, types and shapes."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(f'{name} {value.dtype} {tuple(value.shape)}\n'.encode())
        digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()

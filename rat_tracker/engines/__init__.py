"""Engines run a network on a device, all with one callable shape.

An engine takes N×H×W×3 uint8 patches of one fixed shape as a NumPy array and returns the
network's outputs as float32 tensors on the engine's device. The tensors may be views of buffers
that the next call overwrites: who keeps one, copies it.
"""

from __future__ import annotations

import importlib.util
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch import Tensor

ENGINES = ('auto', 'openvino', 'torch')
DEVICES = ('auto', 'cpu', 'cuda')

Patches = npt.NDArray[np.uint8]


class Engine(Protocol):
    """Runs one network for patches of one shape."""

    @property
    def name(self) -> str:
        """Engine and device in words, for example ``openvino on cpu``."""

    @property
    def device(self) -> torch.device:
        """Where the outputs are."""

    def __call__(self, patches: Patches) -> tuple[Tensor, ...]:
        """Run the network.

        :param patches: N×H×W×3 uint8, of the shape that the engine was made for
        """


def choose_engine(engine: str = 'auto', device: str = 'auto') -> tuple[str, str]:
    """Return the engine and device that ``auto`` stands for on this machine.

    :raises ValueError: an unknown name, or a choice that this machine cannot run; says why
    """
    if engine not in ENGINES:
        raise ValueError(f'unknown engine {engine!r}; choose one of: {", ".join(ENGINES)}')
    if device not in DEVICES:
        raise ValueError(f'unknown device {device!r}; choose one of: {", ".join(DEVICES)}')
    if device == 'cuda' and not torch.cuda.is_available():
        raise ValueError("device 'cuda' needs an NVIDIA GPU, its driver and a CUDA build of "
                         "torch; none was found: choose device 'cpu' or 'auto'")
    if engine == 'openvino':
        if device == 'cuda':
            raise ValueError("engine 'openvino' runs on the CPU only; choose engine 'torch' or "
                             "device 'cpu'")
        if not _has_openvino():
            raise ValueError("engine 'openvino' is not installed; run: pip install openvino")
        return engine, 'cpu'
    if device == 'auto':
        device = 'cuda' if torch.cuda.is_available() else 'cpu'
    if engine == 'auto':
        engine = 'openvino' if device == 'cpu' and _has_openvino() else 'torch'
    return engine, device


def create_engine(
    network: nn.Module, patches: tuple[int, int, int, int], engine: str = 'auto',
    device: str = 'auto',
) -> Engine:
    """Prepare a network for patches of one shape.

    :param patches: N×H×W×3, the shape of what the engine will be called with
    :raises ValueError: see ``choose_engine``
    """
    engine, device = choose_engine(engine, device)
    if engine == 'openvino':
        # Only here is it certain that OpenVINO is installed.
        from rat_tracker.engines.openvino import OpenVinoEngine  # noqa: PLC0415
        return OpenVinoEngine(network, patches)
    from rat_tracker.engines.eager import EagerEngine  # noqa: PLC0415
    return EagerEngine(network, device)


def _has_openvino() -> bool:
    return importlib.util.find_spec('openvino') is not None

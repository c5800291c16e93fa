"""Engines run a network on a device, all with one callable shape.

An engine takes N×H×W×3 uint8 patches of one fixed shape as a tensor on its device and returns the
network's outputs as float32 tensors on the same device. Those may be views of buffers that the
next call overwrites: who keeps one, copies it. An engine copies nothing from the host or to it.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch import Tensor

from rat_tracker.engines.choice import choose_engine
from rat_tracker.engines.choice import DEVICES
from rat_tracker.engines.choice import ENGINES
from rat_tracker.engines.exact import compute_exactly
from rat_tracker.engines.precision import choose_precision
from rat_tracker.engines.precision import PRECISIONS
from rat_tracker.engines.workload import note
from rat_tracker.engines.workload import Workload

__all__ = [
    'DEVICES', 'ENGINES', 'PRECISIONS', 'Engine', 'Patches', 'choose_engine', 'create_engine']

# Patches as they are cut out, before they are a tensor on an engine's device.
Patches = npt.NDArray[np.uint8]


class Engine(Protocol):
    """Runs one network for patches of one shape."""

    @property
    def name(self) -> str:
        """Engine and device in words, for example ``openvino on cpu``."""

    @property
    def device(self) -> torch.device:
        """Where the patches have to be, and where the outputs are."""

    @property
    def capturable(self) -> bool:
        """Whether a call does nothing but enqueue work on the current CUDA stream.

        Such a call may be part of a CUDA graph, once it was called outside of one. An engine that
        is being built allocates memory in another thread meanwhile, which a capture has to allow:
        ``capture_error_mode='thread_local'``.
        """

    def swap_if_ready(self) -> int:
        """Take over what was built meanwhile, if anything; to be called between two frames.

        :return: a number that grows with every take-over; what was captured in a CUDA graph, and
            read from ``capturable``, is stale once it has
        """

    def __call__(self, patches: Tensor) -> tuple[Tensor, ...]:
        """Run the network.

        :param patches: N×H×W×3 uint8 on ``device``, contiguous, of the shape that the engine was
            made for
        """


def create_engine(
    network: nn.Module, patches: tuple[int, int, int, int], engine: str = 'auto',
    device: str = 'auto', precision: str = 'auto',
) -> Engine:
    """Prepare a network for patches of one shape.

    :param patches: N×H×W×3, the shape of what the engine will be called with
    :param precision: one of ``PRECISIONS``; ``auto`` is float16 on GPUs, and on CPUs bfloat16
        where they have it, float32 elsewhere
    :raises ValueError: see ``choose_engine`` and ``choose_precision``
    """
    engine, device = choose_engine(engine, device)
    precision = choose_precision(precision, engine, device)
    note(Workload(network, patches))
    if device == 'cuda':
        compute_exactly()
    if engine in ('tensorrt', 'tensorrt_rtx'):
        from rat_tracker.engines.planned import planned_engine  # noqa: PLC0415
        return planned_engine(engine, Workload(network, patches), precision)
    if engine == 'openvino':
        # Only here is it certain that it is installed.
        from rat_tracker.engines.openvino import OpenVinoEngine  # noqa: PLC0415
        return OpenVinoEngine(network, patches, precision)
    from rat_tracker.engines.eager import EagerEngine  # noqa: PLC0415
    return EagerEngine(network, patches, device, precision)

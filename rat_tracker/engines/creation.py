"""From the name of an engine to the engine."""

from __future__ import annotations

from torch import nn

from rat_tracker.engines.choice import choose_engine
from rat_tracker.engines.engine import Engine
from rat_tracker.engines.exact import compute_exactly
from rat_tracker.engines.precision import choose_precision
from rat_tracker.engines.workload import note
from rat_tracker.engines.workload import Workload


def create_engine(
    network: nn.Module, patches: tuple[int, int, int, int], engine: str = 'auto',
    device: str = 'auto', precision: str = 'auto', inputs: tuple[tuple[int, ...], ...] = (),
) -> Engine:
    """Prepare a network for patches, and further inputs, of one shape each.

    :param patches: N×H×W×3, the shape of what the engine will be called with
    :param precision: one of ``PRECISIONS``; ``auto`` is float16 on GPUs, and on CPUs bfloat16
        where they have it, float32 elsewhere
    :param inputs: shapes of the float32 tensors that the network takes behind the patches, such
        as a template; see ``Engine.__call__``
    :raises ValueError: see ``choose_engine`` and ``choose_precision``
    """
    engine, device = choose_engine(engine, device)
    precision = choose_precision(precision, engine, device)
    workload = Workload(network, patches, inputs)
    note(workload)
    if device == 'cuda':
        compute_exactly()
    if engine in ('tensorrt', 'tensorrt_rtx'):
        from rat_tracker.engines.planned import planned_engine  # noqa: PLC0415
        return planned_engine(engine, workload, precision)
    if engine == 'openvino':
        # Only here is it certain that it is installed.
        from rat_tracker.engines.openvino import OpenVinoEngine  # noqa: PLC0415
        return OpenVinoEngine(network, patches, precision, inputs)
    from rat_tracker.engines.eager import EagerEngine  # noqa: PLC0415
    return EagerEngine(network, patches, device, precision, inputs)

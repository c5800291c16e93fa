"""Engines that are built before they run: at once if they are kept, else in the background."""

from __future__ import annotations

from collections.abc import Callable
import logging
import threading
from typing import Any

import torch

from rat_tracker.engines.background import BackgroundEngine
from rat_tracker.engines.build_process import build_apart
from rat_tracker.engines.cache import EngineCache
from rat_tracker.engines.cache_entry import EngineKey
from rat_tracker.engines.eager import EagerEngine
from rat_tracker.engines.engine import Engine
from rat_tracker.engines.engine import named
from rat_tracker.engines.errors import EngineBuildError
from rat_tracker.engines.plan_engine import PlanEngine
from rat_tracker.engines.workload import Workload

_LOG = logging.getLogger('rat_tracker.engines')


def planned_engine(
    engine: str, workload: Workload, precision: str, cache: EngineCache | None = None,
) -> Engine:
    """Return an engine on the current CUDA device that can be called at once.

    :param engine: ``tensorrt`` or ``tensorrt_rtx``, whose packages are installed
    :param precision: ``float32`` or ``float16``
    :param cache: where the engine is searched and kept; None for the user's own
    :raises ValueError: the cache cannot be used, or the network has no form in ONNX
    """
    cache = cache or EngineCache()
    name = named(engine, 'cuda', precision)
    device = torch.cuda.current_device()
    trt, key, build = _recipe(engine, workload, precision, device)
    plan = cache.fetch(key)
    if plan is not None:
        try:
            return PlanEngine(trt, plan, name)
        except EngineBuildError as error:  # another driver may refuse what this one took
            _LOG.warning('%s is not used but rebuilt: %s', key, error)
            cache.remove(key)

    def build_and_load(stop: threading.Event) -> Engine:
        kept = cache.get_or_build(key, lambda: build(stop), stop)
        with torch.cuda.device(device):  # another thread has another current device
            return PlanEngine(trt, kept, name)

    serving = EagerEngine(
        workload.network, workload.patches, 'cuda', precision, workload.inputs)
    return BackgroundEngine(serving, build_and_load, name)


def _recipe(
    engine: str, workload: Workload, precision: str, device: int,
) -> tuple[Any, EngineKey, Callable[[threading.Event], bytes]]:
    """Return the module that runs an engine, the engine's key, and what builds it."""
    # Only one of these is certain to be installed.
    if engine == 'tensorrt':
        import tensorrt as trt  # noqa: PLC0415

        from rat_tracker.engines.tensorrt_build import key_of  # noqa: PLC0415
        return trt, key_of(workload, precision), lambda stop: build_apart(
            engine, workload, precision, str(device), stop)
    import tensorrt_rtx_bindings as rtx  # noqa: PLC0415

    from rat_tracker.engines.rtx_build import local_capability  # noqa: PLC0415
    from rat_tracker.engines.rtx_build import prepare  # noqa: PLC0415
    key, build = prepare(workload, precision, local_capability())
    # This takes a second and leaves Python's lock alone: no process is needed for it.
    return rtx, key, lambda stop: build()

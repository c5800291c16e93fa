"""Which engine and device a choice stands for on this machine, and why not another."""

from __future__ import annotations

from functools import cache
import importlib
import importlib.util
import logging

import torch

from rat_tracker.engines import DEVICES
from rat_tracker.engines import ENGINES

# What engines that are built need; requirements/<engine>.txt brings it.
_PACKAGES = {
    'tensorrt': ('torch_tensorrt', 'tensorrt', 'onnx'),
    'tensorrt_rtx': ('tensorrt_rtx_bindings', 'onnx'),
}
# Which of them runs what was built.
_RUNTIMES = {'tensorrt': 'tensorrt', 'tensorrt_rtx': 'tensorrt_rtx_bindings'}

_LOG = logging.getLogger('rat_tracker.engines')


class EngineUnavailable(ValueError):
    """An engine or device that this machine cannot run: what is wrong, and what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f'{self.what}; {self.remedy}'


def choose_engine(engine: str = 'auto', device: str = 'auto') -> tuple[str, str]:
    """Return the engine and device that ``auto`` stands for on this machine.

    :raises ValueError: an unknown name
    :raises EngineUnavailable: this machine cannot run it
    """
    _require_known('engine', engine, ENGINES)
    _require_known('device', device, DEVICES)
    if engine in _PACKAGES:
        _require_tensorrt(engine, device)
        return engine, 'cuda'
    if device == 'cuda' and not torch.cuda.is_available():
        raise EngineUnavailable(
            "device 'cuda' needs an NVIDIA GPU, its driver and a CUDA build of torch, and none "
            'was found', "choose device 'cpu' or 'auto'")
    if engine == 'openvino':
        _require_openvino(device)
        return engine, 'cpu'
    if device == 'auto':
        device = 'cuda' if torch.cuda.is_available() else 'cpu'
    if engine == 'auto':
        engine = 'openvino' if device == 'cpu' and _installed('openvino') else 'torch'
        log_once(engine, device)
    return engine, device


def require_packages(engine: str) -> None:
    """Refuse where engines cannot be built; to build for RTX GPUs, none is needed.

    :param engine: ``tensorrt`` or ``tensorrt_rtx``
    :raises EngineUnavailable: a package is missing
    """
    for package in _PACKAGES[engine]:
        if not _installed(package):
            raise EngineUnavailable(f'engine {engine!r} needs the package {package}',
                                    f'run: pip install -r requirements/{engine}.txt')


def _require_known(what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise ValueError(f'unknown {what} {name!r}; choose one of: {", ".join(known)}')


def _require_openvino(device: str) -> None:
    if device == 'cuda':
        raise EngineUnavailable("engine 'openvino' runs on the CPU only",
                                "choose engine 'torch' or device 'cpu'")
    if not _installed('openvino'):
        raise EngineUnavailable("engine 'openvino' is not installed", 'run: pip install openvino')


def _require_tensorrt(engine: str, device: str) -> None:
    """Say the first thing that this machine lacks for TensorRT, or TensorRT for RTX."""
    if device == 'cpu':
        raise EngineUnavailable(f'engine {engine!r} runs on NVIDIA GPUs only',
                                "choose device 'cuda', or engine 'openvino' or 'torch'")
    require_packages(engine)
    if not torch.cuda.is_available():
        raise EngineUnavailable(
            f'engine {engine!r} needs an NVIDIA GPU, its driver and a CUDA build of torch, and '
            'none was found', "choose engine 'auto'")
    _require_loadable(engine)
    if engine == 'tensorrt_rtx':
        _require_rtx_gpu()


def _require_loadable(engine: str) -> None:
    """Refuse packages that are installed without the libraries that they should have fetched."""
    try:
        importlib.import_module(_RUNTIMES[engine])
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineUnavailable(
            f'engine {engine!r} has the package {_RUNTIMES[engine]}, which cannot be loaded '
            f'({" ".join(str(error).split())})', 'with access to pypi.nvidia.com run: '
            f'pip install --force-reinstall -r requirements/{engine}.txt') from None


def _require_rtx_gpu() -> None:
    # Only here is it certain that the package is installed.
    from rat_tracker.engines.rtx_build import capabilities  # noqa: PLC0415
    from rat_tracker.engines.rtx_build import local_capability  # noqa: PLC0415

    if local_capability() not in capabilities():
        raise EngineUnavailable(
            f"engine 'tensorrt_rtx' runs on compute capability {', '.join(capabilities())}, and "
            f'{torch.cuda.get_device_name()} has {local_capability()}',
            "choose engine 'tensorrt' or 'torch'")


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


@cache
def log_once(engine: str, device: str) -> None:
    """Log what ``auto`` stands for, once in a process however many trackers it makes."""
    why = ''
    if device == 'cpu':
        why = ': no GPU was asked for or found'
    if (engine, device) == ('torch', 'cpu'):
        why += ', and openvino is not installed'
    _LOG.info('engine auto stands for %s on %s%s', engine, device, why)

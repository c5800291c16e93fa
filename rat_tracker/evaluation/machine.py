"""The machine: what it is, and what a measurement takes of it.

Linux alone is asked: its files in ``/proc`` and ``/sys``, and torch for the GPU.
"""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version
import os
from pathlib import Path
import platform
import re
import shlex

from rat_tracker import __version__

_LIBRARIES = ('numpy', 'opencv-contrib-python-headless', 'torch', 'openvino')
_CPU_MODEL = re.compile(r'^model name\s*:\s*(.+)$', re.MULTILINE)
_STATUS = Path('/proc/self/status')
_FORGET = Path('/proc/self/clear_refs')
_COUNTERS = Path('/sys/class/powercap')
_PACKAGE = re.compile(r'intel-rapl:\d+')  # one for each processor; its parts are intel-rapl:0:1


def processor() -> str:
    """Return what the processor calls itself, or its architecture, and the number of cores.

    The cores are those that this process may use.
    """
    found = _CPU_MODEL.search(Path('/proc/cpuinfo').read_text(encoding='utf-8'))
    return (f'{found[1] if found else platform.machine()}, '
            f'{len(os.sched_getaffinity(0))} cores')


def hardware() -> str:
    """Return processor, cores, GPU and the versions that decide about speed, in one line."""
    return f'{"; ".join([processor(), *filter(None, [gpu_name()])])}; {_software()}'


def conditions(
    command: list[str], workers: str, processors: str, realtime: float | None,
) -> dict[str, str]:
    """Return what a reader of figures has to know of how they were measured: label and text.

    :param command: the command line
    :param workers: what did the work, in words
    :param processors: those of the machines that did it, in words
    :param realtime: see ``run_sequence``
    """
    return {
        'command': shlex.join(command),
        'date': datetime.now().astimezone().strftime('%Y-%m-%d %H:%M %Z'),
        'machine': processors,
        'workers': workers,
        'frames': ('every frame waits for the tracker' if realtime is None else
                   f'real time at {realtime:g} frames per second: a frame that arrives while the '
                   'tracker works gets the last box'),
        'software': f'rat_tracker {__version__}, {_software()}',
    }


def library_versions() -> dict[str, str]:
    """Return the versions of the distributions that boxes and speed depend on.

    One is ``unknown`` where another distribution brings the same module.
    """
    return {library: _version(library) for library in _LIBRARIES}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return 'unknown'


def _software() -> str:
    return ', '.join([f'Python {platform.python_version()}', *(
        f'{library} {number}' for library, number in library_versions().items())])


def reset_peak() -> None:
    """Begin to look for the peak anew."""
    _FORGET.write_text('5')  # see proc(5): the peak becomes what is taken now


def peak_bytes() -> int:
    """Return the most memory, shared libraries included, that was resident since the reset.

    Without a reset it is the most since the process began.
    """
    return _bytes('VmHWM')


def resident_bytes() -> int:
    """Return the memory, shared libraries included, that is resident now."""
    return _bytes('VmRSS')


def _bytes(name: str) -> int:
    for line in _STATUS.read_text().splitlines():
        key, _, value = line.partition(':')
        if key == name:
            return int(value.split()[0]) * 1024
    raise RuntimeError(f'{_STATUS} does not tell {name}')


def gpu_name() -> str | None:
    """Return what the GPU calls itself; None where there is none that torch can use."""
    import torch  # noqa: PLC0415, baselines are measured without it

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def gpu_peak_bytes() -> int | None:
    """Return the most memory of the GPU that torch took; None if it was not used.

    What a CUDA graph computes with stays taken, although no tensor is there any more.
    """
    import torch  # noqa: PLC0415, baselines are measured without it

    return torch.cuda.max_memory_reserved() or None if torch.cuda.is_available() else None


def wait_for_gpu() -> bool:
    """Wait until the GPU has done all that was begun; return whether one is in use."""
    import torch  # noqa: PLC0415, baselines are measured without it

    used: bool = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    if used:
        torch.cuda.synchronize()
    return used


class ProcessorEnergy:
    """The energy that the processors take, by the counters of Intel's and AMD's (RAPL).

    They count for the whole machine, here from when this is made; Linux shows them as files (its
    documentation: power/powercap).

    :param folder: where Linux shows the counters
    """

    def __init__(self, folder: Path = _COUNTERS) -> None:
        self._packages = sorted(
            path for path in folder.glob('intel-rapl:*') if _PACKAGE.fullmatch(path.name))
        self._began = self._microjoules('energy_uj')
        self._ranges = self._microjoules('max_energy_range_uj')

    def joules(self) -> float | None:
        """Return the energy so far; None where there is no counter or it may not be read."""
        now = self._microjoules('energy_uj')
        if not (now and self._began and self._ranges):
            return None
        # At the end of its range a counter begins anew.
        return sum((after - before) % span for after, before, span in zip(
            now, self._began, self._ranges, strict=True)) / 1e6

    def _microjoules(self, file: str) -> list[int] | None:
        try:
            return [int((package / file).read_text()) for package in self._packages]
        except OSError:  # usually only root may read them
            return None

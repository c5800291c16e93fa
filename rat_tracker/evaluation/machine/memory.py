"""How much memory this process takes, as Linux counts it."""

from __future__ import annotations

from pathlib import Path

_STATUS = Path('/proc/self/status')
_FORGET = Path('/proc/self/clear_refs')


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

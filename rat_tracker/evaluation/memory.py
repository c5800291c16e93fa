"""How much memory this process takes, as Linux counts it."""

from __future__ import annotations

from pathlib import Path

_STATUS = Path('/proc/self/status')
_FORGET = Path('/proc/self/clear_refs')


def reset_peak() -> None:
    """Begin to look for the peak anew."""
    _FORGET.write_text('5')  # see proc(5): the peak becomes what is taken now


def peak_bytes() -> int:
    """Return the most memory, shared libraries included, that was resident since the reset."""
    for line in _STATUS.read_text().splitlines():
        if line.startswith('VmHWM:'):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f'{_STATUS} does not tell the peak of memory (VmHWM)')

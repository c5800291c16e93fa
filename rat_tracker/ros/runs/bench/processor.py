"""How much of the processor a process has used, and how much all together."""

from __future__ import annotations

import os
from pathlib import Path


def cpu_seconds(process: int | None) -> float:
    """Return the seconds of a processor's time that a process and its threads have used.

    A process that was not started, None, uses none.
    """
    if process is None:
        return 0.0
    # After the name, which may hold anything but ends with the last parenthesis (proc(5)).
    fields = Path(f'/proc/{process}/stat').read_text(encoding='utf-8').rpartition(')')[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf('SC_CLK_TCK')


def busy_seconds() -> float:
    """Return the seconds for which the cores that we may use were busy, for whomever."""
    busy = 0
    ours = {f'cpu{core}' for core in os.sched_getaffinity(0)}
    for line in Path('/proc/stat').read_text(encoding='utf-8').splitlines():
        name, *fields = line.split()
        if name in ours:
            # In proc(5)'s order; what virtual machines use is in the first two already.
            user, nice, system, _idle, _waiting, interrupts, soft, stolen = map(int, fields[:8])
            busy += user + nice + system + interrupts + soft + stolen
    return busy / os.sysconf('SC_CLK_TCK')

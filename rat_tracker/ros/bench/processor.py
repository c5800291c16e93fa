"""How much of the processor a process has used."""

from __future__ import annotations

import os
from pathlib import Path


def cpu_seconds(process: int) -> float:
    """Return the seconds of a processor's time that a process and its threads have used."""
    # After the name, which may hold anything but ends with the last parenthesis (proc(5)).
    fields = Path(f'/proc/{process}/stat').read_text(encoding='utf-8').rpartition(')')[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf('SC_CLK_TCK')

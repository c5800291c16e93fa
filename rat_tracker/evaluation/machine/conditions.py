"""What a figure stands in no document without: on what, with what, and how it was measured."""

from __future__ import annotations

from datetime import datetime
import os
from pathlib import Path
import platform
import re
import shlex

from rat_tracker import __version__
from rat_tracker.evaluation.running.fingerprint import library_version

_CPU_MODEL = re.compile(r'^model name\s*:\s*(.+)$', re.MULTILINE)
_LIBRARIES = ('opencv-contrib-python-headless', 'torch', 'openvino', 'numpy')


def conditions(
    command: list[str], workers: str, machines: str, realtime: float | None,
) -> dict[str, str]:
    """Return labels and texts.

    :param command: the command line
    :param workers: what did the work, in words
    :param machines: their processors, in words
    :param realtime: see ``run_sequence``
    """
    return {
        'command': shlex.join(command),
        'date': datetime.now().astimezone().strftime('%Y-%m-%d %H:%M %Z'),
        'machine': machines,
        'workers': workers,
        'frames': ('every frame waits for the tracker' if realtime is None else
                   f'real time at {realtime:g} frames per second: a frame that arrives while the '
                   'tracker works is answered with the last box'),
        'software': ', '.join([
            f'rat_tracker {__version__}', f'Python {platform.python_version()}',
            *(f'{library} {library_version(library)}' for library in _LIBRARIES)]),
    }


def machine() -> str:
    """Return what the processor calls itself, or its architecture, and the number of cores."""
    found = _CPU_MODEL.search(Path('/proc/cpuinfo').read_text(encoding='utf-8'))
    return (f'{found[1] if found else platform.machine()}, '
            f'{len(os.sched_getaffinity(0))} cores')

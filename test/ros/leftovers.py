"""Processes of nodes that a command has started, and whether they end with it."""

from __future__ import annotations

import os
from pathlib import Path
import select

MARK = 'TEST_FOLDER'  # a variable that a test sets and all its processes inherit


def nodes_of(folder: Path) -> list[int]:
    """Return the nodes that were started, by whomever, with this folder as their mark."""
    return _processes(folder, b'--ros-args')


def trials_of(folder: Path) -> list[int]:
    """Return the benchmark's trials with this folder as their mark."""
    return _processes(folder, b'rat_tracker.ros.runs.bench.trial')


def _processes(folder: Path, argument: bytes) -> list[int]:
    found = []
    for entry in Path('/proc').glob('[0-9]*'):
        try:
            environment = (entry / 'environ').read_bytes()
            command = (entry / 'cmdline').read_bytes()
        except OSError:  # it ended, or belongs to somebody else
            continue
        if (f'{MARK}={folder}'.encode() in environment.split(b'\0')
                and argument in command.split(b'\0')):
            found.append(int(entry.name))
    return found


def await_end(process: int, patience: float) -> None:
    """Wait until a process that is no child of ours has ended."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        assert select.select([handle], [], [], patience)[0], f'process {process} goes on'
    finally:
        os.close(handle)

"""A node's memory stays flat, and one that ends leaves no shared memory behind.

Nobody else would ever free that.
"""

from __future__ import annotations

import os
from pathlib import Path
import signal

import pytest
from ros import scene
from ros.starting import StartProcess


def segments(process: int) -> set[Path]:
    """Return the files of shared memory that a process has mapped."""
    maps = Path(f'/proc/{process}/maps').read_text(encoding='utf-8').splitlines()
    return {Path(path) for line in maps if '/dev/shm/fastrtps_' in (path := line.split()[-1])}


@pytest.mark.parametrize('how', [signal.SIGINT, signal.SIGTERM])
def test_a_node_that_has_tracked_frees_its_memory(
    start_process: StartProcess, how: signal.Signals,
) -> None:
    node, client = start_process()
    client.ready()
    client.begin()
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    for index in range(1, 5):
        client.show(index, scene.picture(index))
    own = segments(node.number) - segments(os.getpid())
    assert own, 'the node has no shared memory of its own'
    assert node.stop(how) == 0
    assert [path.name for path in own if path.exists()] == []


def test_the_memory_stays_flat_over_many_selections(start_process: StartProcess) -> None:
    node, client = start_process()
    client.ready()
    client.show(0, scene.picture(0))
    for _ in range(60):
        client.select(scene.red_box(0))
    before = node.memory()
    ids = [client.select(scene.red_box(0)).id for _ in range(300)]
    assert client.show(1, scene.picture(1)).id == ids[-1]
    assert len(set(ids)) == 300
    assert node.memory() - before < 20_000_000

"""A node that ends leaves no shared memory behind: nobody else would ever free it."""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
import signal

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from ros import scene
from ros.client import Client
from ros.node_process import NodeProcess

Start = Callable[..., tuple[NodeProcess, Client]]


def segments(process: int) -> set[Path]:
    """Return the files of shared memory that a process has mapped."""
    maps = Path(f'/proc/{process}/maps').read_text(encoding='utf-8').splitlines()
    return {Path(path) for line in maps if '/dev/shm/fastrtps_' in (path := line.split()[-1])}


@pytest.mark.parametrize('how', [signal.SIGINT, signal.SIGTERM])
def test_a_node_that_has_tracked_frees_its_memory(start: Start, how: signal.Signals) -> None:
    node, client = start()
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

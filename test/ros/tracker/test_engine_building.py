"""The node tracks while its engine is being built, and says what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import re
import subprocess
import sys

import pytest
from ros import scene
from ros.client import Client
from ros.node_process import environment
from ros.node_process import NodeProcess
from ros.node_process import REAL_NODE
from ros.starting import StartProcess

from rat_tracker.msg import Target

pytestmark = pytest.mark.needs('openvino')

PROGRAM = Path(__file__).with_name('building_tracker_node.py')
LOADING = 120.0  # seconds; torch and the network, on a busy machine
SMALL = {'tracker': 'rat:patch_side=64:channels=8'}


def follow(client: Client) -> Callable[[], None]:
    """Select the red spot, and return what shows the next image."""
    numbers = iter(range(1, 1_000_000))
    client.begin()
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted

    def show() -> None:
        assert client.show(next(numbers), scene.picture(0)).state == Target.TRACKING
    return show


def severities(node: NodeProcess, message: str) -> list[str]:
    """Return the severity of each time that the node logged this."""
    return re.findall(rf'^\[(\w+)\] \[[\d.]+\] \[tracker_node\]: {message}$', node.log, re.M)


def test_node_tracks_while_its_engine_is_being_built(
    start_process: StartProcess, tmp_path: Path,
) -> None:
    may_build = tmp_path / 'may_build'
    node, client = start_process('--build-when', str(may_build), program=PROGRAM, parameters=SMALL)
    client.ready(LOADING)
    assert re.fullmatch(r'torch on cpu, while openvino on cpu is being built \(\d+ s\)',
                        client.value('engine'))
    show = follow(client)
    show()
    client.wait('time to pass in the diagnostics', lambda: (
        '(0 s)' not in client.value('engine')))

    may_build.touch()
    client.wait('the end of the build', lambda: 'while' not in client.value('engine'), LOADING)
    show()
    client.wait('the new engine', lambda: client.value('engine') == 'openvino on cpu', LOADING)
    show()

    assert severities(
        node, 'openvino on cpu is being built; torch on cpu serves meanwhile') == ['INFO']
    assert severities(node, r'openvino on cpu is ready after \d+\.\d s') == ['INFO']
    assert severities(node, 'openvino on cpu takes over from torch on cpu') == ['INFO']


def test_node_tracks_on_when_the_build_fails(start_process: StartProcess, tmp_path: Path) -> None:
    node, client = start_process('--build-when', str(tmp_path), '--fault', 'the moon is full',
                         program=PROGRAM, parameters=SMALL)
    client.ready(LOADING)
    client.wait('the reason in the diagnostics', lambda: client.value('engine') == (
        'torch on cpu, because openvino on cpu could not be built: the moon is full'))
    show = follow(client)
    show()

    assert severities(node, 'openvino on cpu could not be built: the moon is full; '
                'torch on cpu goes on serving') == ['WARN']


def test_node_lets_go_of_pythons_log_when_it_is_destroyed(domain: int) -> None:
    program = """
import logging, rclpy
from rat_tracker.ros.tracker.node import TrackerNode
log = logging.getLogger('rat_tracker.engines')
rclpy.init()
node = TrackerNode()
log.info('the first message')
node.destroy_node()
log.info('the second message')
assert (log.handlers, log.level) == ([], logging.NOTSET)
rclpy.shutdown()
"""
    outcome = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', program], check=False, capture_output=True,
        text=True, env=environment(domain), timeout=LOADING)

    assert outcome.returncode == 0, outcome.stderr
    # The middleware may have something to say, too.
    lines = [line for line in outcome.stderr.splitlines() if 'message' in line]
    assert len(lines) == 1
    # Fast DDS may complain about what processes that were killed left in shared memory.
    assert re.findall(r'^\[(\w+)\] \[[\d.]+\] \[tracker_node\]: (the \w+ message)$',
                      outcome.stderr, re.M) == [('INFO', 'the first message')]
    assert outcome.stderr.count('message') == 1


def test_what_engines_log_is_once_in_the_nodes_log(start_process: StartProcess) -> None:
    node, client = start_process(program=REAL_NODE, parameters=SMALL)
    client.ready(LOADING)

    assert severities(node, 'engine auto stands for .*') == ['INFO']

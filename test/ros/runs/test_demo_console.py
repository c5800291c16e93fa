"""``make console``: a video as a camera, the tracker and the page, from one command."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
import os
from pathlib import Path
import re
import signal
import socket
import subprocess
import sys
from urllib.request import urlopen

import cv2
import pytest
from ros.leftovers import await_end
from ros.leftovers import MARK
from ros.leftovers import nodes_of
from ros.node_process import environment
from ros.node_process import ROOT

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.ros.runs.processes.domain import reserved_domain

Start = Callable[..., subprocess.Popen[str]]
pytestmark = pytest.mark.whole
PATIENCE = 120.0  # seconds; three nodes start, each in a fresh process


@pytest.fixture(scope='module')
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('clip')
    for number, frame in enumerate(render(Scene(width=320, height=240, length=10))):
        cv2.imwrite(str(folder / f'{number}.png'), frame.image)
    return folder


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the command; it ends with the test."""
    with ExitStack() as stack:
        def start(*arguments: object) -> subprocess.Popen[str]:
            domain = stack.enter_context(reserved_domain())
            process = stack.enter_context(subprocess.Popen(
                [sys.executable, '-m', 'rat_tracker.ros.runs.demo.console',
                 '--domain', str(domain), '--out', str(tmp_path), *map(str, arguments)],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
                env=environment(domain) | {MARK: str(tmp_path)}))
            stack.callback(process.kill)
            return process
        yield start


@pytest.mark.parametrize(('how', 'code'), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_the_page_is_at_the_address_that_it_prints_until_it_is_ended(
    start: Start, clip: Path, tmp_path: Path, how: signal.Signals, code: int,
) -> None:
    process = start('--video', clip, '--port', 0)
    assert process.stdout is not None
    address = re.search(r'http://127\.0\.0\.1:\d+/', process.stdout.readline())
    assert address is not None, process.communicate()
    with urlopen(address[0], timeout=PATIENCE) as page:
        assert b'rat_tracker' in page.read()
    nodes = nodes_of(tmp_path)
    assert len(nodes) == 3
    process.send_signal(how)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (code, '')
    for node in nodes:
        await_end(node, PATIENCE)


def test_a_video_that_cannot_be_read_is_refused(start: Start, tmp_path: Path) -> None:
    process = start('--video', tmp_path / 'none.mp4')
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert 'none.mp4' in errors
    assert len(errors.splitlines()) == 1


def test_a_port_that_is_taken_is_reported(start: Start, clip: Path, tmp_path: Path) -> None:
    with socket.create_server(('127.0.0.1', 0)) as other:
        port = other.getsockname()[1]
        process = start('--video', clip, '--port', port)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert str(port) in errors
    assert 'Traceback' not in errors
    assert nodes_of(tmp_path) == []


def test_a_node_that_dies_ends_all_and_its_log_stays(
    start: Start, clip: Path, tmp_path: Path,
) -> None:
    process = start('--video', clip, '--port', 0)
    assert process.stdout is not None
    assert 'Open http' in process.stdout.readline()
    player, = (node for node in nodes_of(tmp_path)
               if b'rat_tracker.ros.player.node' in Path(f'/proc/{node}/cmdline').read_bytes())
    os.kill(player, signal.SIGKILL)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert f'clip_player ended with exit code -9; its last words ({tmp_path}/clip_player.log)' in (
        errors)
    assert (tmp_path / 'clip_player.log').exists()
    assert nodes_of(tmp_path) == []

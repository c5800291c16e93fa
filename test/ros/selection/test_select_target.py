"""The command ``select_target``: one line, an exit code, and patience with a node that starts."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
import os
from pathlib import Path
import signal
import subprocess
import sys
import time

import pytest
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.task import Future
from ros import scene
from ros.client import Client
from ros.client import NODE
from ros.node_process import NodeProcess
from ros.node_process import SELECT_TARGET
from ros.node_thread import NodeThread
from ros.starting import Start

from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.runs.processes.domain import reserved_domain
from rat_tracker.srv import SetTarget
from rat_tracker.stamps import seconds_text

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(domain: int, tmp_path: Path) -> Command:
    """Return a function that runs the command and returns its exit code and what it prints."""
    def run(*arguments: str) -> tuple[int, str]:
        log = tmp_path / 'select_target.log'
        with NodeProcess(domain, log, *arguments, program=SELECT_TARGET) as process:
            return process.wait(), outcome(process)
    return run


def outcome(process: NodeProcess) -> str:
    """Return what a command prints but for what it waits for.

    A busy machine may not find the node within a second.
    """
    lines = process.log.splitlines()
    return '\n'.join(line for line in lines if not line.startswith('waiting'))


@pytest.fixture
def empty_domain() -> Iterator[int]:
    """Reserve a domain without the node that other tests share."""
    with reserved_domain() as number:
        yield number


def test_a_box_is_followed_and_said_to_be_in_one_line(
    client: Client, node: NodeThread, command: Command,
) -> None:
    client.show(0, scene.picture(0))
    code, line = command('--box', '20,60,24,24')
    target = client.show(1, scene.picture(1))
    assert (code, line) == (0, f'/tracker_node follows 20,60,24,24 as target {target.id}')
    assert from_box(target.box) == scene.red_box(1)


def test_a_point_on_a_past_image_is_followed(
    client: Client, node: NodeThread, command: Command,
) -> None:
    for index in range(12):
        client.show(index, scene.picture(index))
    box = scene.red_box(2)
    code, line = command('--point', f'{box.center_x},{box.center_y}',
                         '--stamp', seconds_text(nanoseconds(client.stamp(2))))
    assert code == 0, line
    assert client.await_selection('the selection', accepted=True).header == client.header(2)
    target = client.show(12, scene.picture(12))
    assert from_box(target.box).overlap(scene.red_box(12)) > 0.8


@pytest.mark.parametrize(('arguments', 'words'), [
    (['--box', '900,60,24,24'], ['centre outside the 320x240 image']),
    (['--detection', 'cat'], ['detection']),
    (['--box', '20,60,24,24', '--stamp', '1.5'], ['1.500000000', 'older than']),
])
def test_a_refusal_is_reported_in_one_line(
    client: Client, node: NodeThread, command: Command, arguments: list[str], words: list[str],
) -> None:
    client.show(0, scene.picture(0))
    code, line = command(*arguments)
    assert code == 1
    assert len(line.splitlines()) == 1
    assert all(word in line for word in words), line


@pytest.mark.parametrize(('arguments', 'words'), [
    ([], ['name one of']),
    (['--box', '1,2,3,4', '--point', '1,2'], ['name one of']),
    (['--box', '1,2,3'], ["'--box'", 'four numbers']),
    (['--box', '1,2,0,4'], ["'--box'", 'empty']),
    (['--point', '1'], ["'--point'", 'two numbers']),
    (['--point', '1,2', '--stamp', 'now'], ["'--stamp'", 'seconds.nanoseconds']),
    (['--point', '1,2', '--stamp', '9999999999'], ["'--stamp'"]),
    *((['--point', '1,2', '--wait', wait], ["'--wait'", 'finite number of seconds'])
      for wait in ('-1', 'nan', 'inf', '-inf')),
    (['--point', '1,2', '--node', 'a b'], ['--node']),
])
def test_a_wrong_command_is_explained(
    command: Command, arguments: list[str], words: list[str],
) -> None:
    code, text = command(*arguments)
    assert code == 2
    assert all(word in text for word in words), text
    assert 'Traceback' not in text


def test_a_node_that_is_not_there_is_missed(empty_domain: int, tmp_path: Path) -> None:
    with NodeProcess(empty_domain, tmp_path / 'select_target.log', '--point', '1,2',
                     '--node', '/nobody', '--wait', '0.3', program=SELECT_TARGET) as process:
        assert process.wait() == 1
    assert outcome(process) == (
        'Error: /nobody/set_target is not offered (waited 0.3 s); no tracker is there; '
        'start tracker_node')


def test_after_a_second_it_says_which_trackers_there_are_and_how_to_name_one(
    start: Start, tmp_path: Path,
) -> None:
    _, client = start('-r', '__ns:=/robot')
    domain = client.node.context.get_domain_id()
    with NodeProcess(domain, tmp_path / 'select_target.log', '--point', '1,2', '--wait', '600',
                     program=SELECT_TARGET) as process:
        client.wait('what it says', lambda: process.log.count('\n') > 0)
        assert process.log.strip() == (
            'waiting up to 600 s for /tracker_node/set_target; trackers that are there: '
            '/robot/tracker_node; to ask this one: --node /robot/tracker_node')
        assert process.running
        assert process.stop(signal.SIGINT) == 1


def test_a_point_that_is_no_number_is_refused_by_the_node(
    client: Client, node: NodeThread, command: Command,
) -> None:
    client.show(0, scene.picture(0))
    code, line = command('--point', 'nan,3')
    assert code == 1
    assert 'not a finite number' in line


def test_it_waits_for_the_node_its_engine_and_the_first_image(
    start: Start, tmp_path: Path,
) -> None:
    may_load = tmp_path / 'may_load'
    _, client = start(load_when=may_load)
    domain = client.node.context.get_domain_id()
    log = tmp_path / 'select_target.log'
    with NodeProcess(domain, log, '--box', '20,60,24,24', '--wait', '600',
                     program=SELECT_TARGET) as process:
        client.await_selection('that it is loading', source='set_target', id='')
        assert 'still loading' in client.received[f'{NODE}/selection'][-1].message
        may_load.touch()
        client.wait('that no image came', lambda: any(
            'no image' in message.message for message in client.received[f'{NODE}/selection']))
        assert process.running
        client.begin()
        client.show(0, scene.picture(0))
        assert process.wait() == 0
        assert 'follows 20,60,24,24' in process.log


def test_a_node_that_answers_late_is_asked_once(
    client: Client, domain: int, tmp_path: Path,
) -> None:
    """When it would be asked again, the target is no longer in the box."""
    asked: list[SetTarget.Request] = []
    may_answer = Future()

    async def follow(
        request: SetTarget.Request, response: SetTarget.Response,
    ) -> SetTarget.Response:
        asked.append(request)
        await may_answer
        response.accepted, response.id, response.box = True, 'late', request.box
        return response
    service = client.node.create_service(
        SetTarget, '~/set_target', follow, callback_group=ReentrantCallbackGroup())
    log = tmp_path / 'select_target.log'
    with NodeProcess(domain, log, '--box', '20,60,24,24', '--node', '/client', '--wait', '600',
                     program=SELECT_TARGET) as process:
        client.wait('the question', lambda: asked)
        end = time.monotonic() + 5.0
        client.wait('another question', lambda: len(asked) > 1 or time.monotonic() > end)
        may_answer.set_result(None)
        client.wait('the end', lambda: not process.running)
        assert process.wait() == 0
        assert outcome(process) == '/client follows 20,60,24,24 as target late'
    assert len(asked) == 1
    client.node.destroy_service(service)


def test_a_command_that_finds_no_node_ends_with_one_line(empty_domain: int) -> None:
    run = subprocess.run(
        [sys.executable, '-m', 'rat_tracker.ros.selection.select_target', '--box', '1,2,3,4',
         '--wait', '0.1'], check=False, env=os.environ | {'ROS_DOMAIN_ID': str(empty_domain)},
        capture_output=True, text=True, timeout=60)
    assert run.returncode == 1
    line, = run.stderr.splitlines()
    assert 'is not offered' in line


def test_an_interrupt_ends_the_wait(start: Start, tmp_path: Path) -> None:
    _, client = start()
    client.ready()
    domain = client.node.context.get_domain_id()
    log = tmp_path / 'select_target.log'
    with NodeProcess(domain, log, '--box', '20,60,24,24', '--wait', '600',
                     program=SELECT_TARGET) as process:
        client.await_selection('that no image came', source='set_target', id='')
        assert process.stop(signal.SIGINT) == 1
        assert 'interrupted' in process.log
        assert 'Traceback' not in process.log

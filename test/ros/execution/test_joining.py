"""ROS arguments that nobody can understand end every program in one line, with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from ros.node_process import NodeProcess
from ros.node_process import REAL_NODE
from ros.node_process import SELECT_TARGET
from ros.robot import FOLLOWER

ROS = REAL_NODE.parents[1]
PROGRAMS = {
    'tracker_node': REAL_NODE, 'follower_node': FOLLOWER, 'select_target': SELECT_TARGET,
    'clip_player': ROS / 'player' / 'node.py', 'simulated_robot': ROS / 'simulation' / 'node.py',
    'console_node': ROS / 'console' / 'node.py'}
WRONG = {
    '/nowhere.yaml': 'Error opening YAML file',
    'broken.yaml': 'Error parsing',
}


@pytest.mark.parametrize('wrong', WRONG)
@pytest.mark.parametrize('name', PROGRAMS)
def test_a_parameter_file_that_cannot_be_read_is_named_with_the_reason(
    domain: int, tmp_path: Path, name: str, wrong: str,
) -> None:
    (tmp_path / 'broken.yaml').write_text('/**:\n  ros__parameters:\n    distance: [1.0\n')
    chosen = ['--box', '1,2,3,4'] if name == 'select_target' else []
    with NodeProcess(domain, tmp_path / 'log', *chosen, '--ros-args', '--params-file',
                     str(tmp_path / wrong), program=PROGRAMS[name]) as process:
        assert process.wait() == 2
        *_, line = process.log.splitlines()
    assert line.startswith(f'{name}: cannot be started: ')
    assert WRONG[wrong] in line
    assert str(tmp_path / wrong) in line
    assert 'Traceback' not in process.log

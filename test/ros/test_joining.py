"""ROS arguments that nobody can understand end every program in one line, with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from ros.node_process import NodeProcess
from ros.node_process import REAL_NODE
from ros.node_process import SELECT_TARGET
from ros.robot import FOLLOWER

ROS = REAL_NODE.parent
WRONG = {
    '/nowhere.yaml': 'Error opening YAML file',
    'broken.yaml': 'Error parsing',
}


@pytest.mark.parametrize('wrong', WRONG)
@pytest.mark.parametrize('program', [
    FOLLOWER, REAL_NODE, SELECT_TARGET, ROS / 'clip_player.py',
    ROS / 'simulation' / 'simulated_robot.py',
], ids=lambda path: path.stem)
def test_a_parameter_file_that_cannot_be_read_is_named_with_the_reason(
    domain: int, tmp_path: Path, program: Path, wrong: str,
) -> None:
    (tmp_path / 'broken.yaml').write_text('/**:\n  ros__parameters:\n    distance: [1.0\n')
    chosen = ['--box', '1,2,3,4'] if program == SELECT_TARGET else []
    with NodeProcess(domain, tmp_path / 'log', *chosen, '--ros-args', '--params-file',
                     str(tmp_path / wrong), program=program) as process:
        assert process.wait() == 2
        *_, line = process.log.splitlines()
    assert line.startswith(f'{program.stem}: cannot be started: ')
    assert WRONG[wrong] in line
    assert str(tmp_path / wrong) in line
    assert 'Traceback' not in process.log

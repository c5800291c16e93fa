"""What keeps ROS 2 from starting is said in one line, with what to do, before anything starts."""

from __future__ import annotations

import os
from pathlib import Path
import subprocess
import sys

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from ros.node_process import ROOT

NODES = {'tracker_node': 'tracker.node', 'follower_node': 'follower.node',
         'clip_player': 'player.node', 'simulated_robot': 'simulation.node',
         'console_node': 'console.node'}
COMMANDS = {'select_target': 'selection.select_target', 'demo': 'runs.demo',
            'console': 'runs.demo.console', 'bench': 'runs.bench',
            'walkthrough': 'runs.walkthrough'}
PROGRAMS = NODES | COMMANDS
# Variable, its value, what is said about it and what to do. FILE is an empty file.
WRONG = [
    ('RMW_IMPLEMENTATION', 'rmw_nowhere_cpp', 'which is not installed; installed: ',
     'unset RMW_IMPLEMENTATION'),
    ('ROS_DOMAIN_ID', 'abc', "'abc', which is not a number", 'export ROS_DOMAIN_ID=0'),
    ('ROS_DOMAIN_ID', '233', "'233', which is not a number", 'export ROS_DOMAIN_ID=0'),
    ('ROS_DOMAIN_ID', '-1', "'-1', which is not a number", 'export ROS_DOMAIN_ID=0'),
    ('ROS_DOMAIN_ID', '٣', 'which is not a number', 'export ROS_DOMAIN_ID=0'),
    ('HOME', 'FILE', 'by HOME: Not a directory', 'export ROS_LOG_DIR='),
    ('HOME', '/proc/nowhere', 'by HOME: No such file', 'export ROS_LOG_DIR='),
    ('HOME', None, 'HOME is not set', 'export ROS_LOG_DIR='),
    ('ROS_HOME', 'FILE', 'by ROS_HOME: Not a directory', 'export ROS_LOG_DIR='),
    ('ROS_LOG_DIR', 'FILE', 'by ROS_LOG_DIR: File exists', 'export ROS_LOG_DIR='),
    ('ROS_LOG_DIR', '/proc/nowhere', 'by ROS_LOG_DIR: No such file', 'export ROS_LOG_DIR='),
    ('ROS_AUTOMATIC_DISCOVERY_RANGE', 'EVERYWHERE', 'which is none of SUBNET, LOCALHOST',
     'export ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET'),
    ('FASTRTPS_DEFAULT_PROFILES_FILE', '/nowhere.xml', 'No such file',
     'unset FASTRTPS_DEFAULT_PROFILES_FILE'),
    ('FASTRTPS_DEFAULT_PROFILES_FILE', 'FILE', 'it is no XML',
     'unset FASTRTPS_DEFAULT_PROFILES_FILE'),
    ('ROS_STATIC_PEERS', 'localhost;no host', "names 'no host'", 'unset ROS_STATIC_PEERS'),
    ('RCUTILS_COLORIZED_OUTPUT', 'yes', "'yes', which is neither 0 nor 1",
     'unset RCUTILS_COLORIZED_OUTPUT'),
    ('RCUTILS_LOGGING_USE_STDOUT', 'no', "'no', which is neither 0 nor 1",
     'unset RCUTILS_LOGGING_USE_STDOUT'),
    ('ROS_SECURITY_KEYSTORE', None, 'ROS_SECURITY_KEYSTORE is not set',
     'unset ROS_SECURITY_ENABLE'),
    ('ROS_SECURITY_KEYSTORE', 'FILE', 'which is no keystore', 'unset ROS_SECURITY_ENABLE'),
    ('LD_LIBRARY_PATH', '', 'the messages of rat_tracker are not found',
     'scripts/environment.sh'),
    ('PYTHONPATH', str(ROOT), 'the messages of rat_tracker are not found',
     'scripts/environment.sh'),
]


def outcome_of(
    *command: str, name: str, value: str | None, folder: Path,
) -> subprocess.CompletedProcess[str]:
    file = folder / 'file'
    file.touch()
    variables = {**os.environ, 'RMW_IMPLEMENTATION': 'rmw_fastrtps_cpp'}
    variables.pop('ROS_LOG_DIR', None)
    variables.pop(name, None)
    if name == 'ROS_SECURITY_KEYSTORE':
        variables |= {'ROS_SECURITY_ENABLE': 'true', 'ROS_SECURITY_STRATEGY': 'Enforce'}
    if value is not None:
        variables[name] = value.replace('FILE', str(file))
    return subprocess.run([sys.executable, *command], check=False, env=variables, cwd=folder,
                          text=True, capture_output=True, timeout=100)


def refused(
    program: str, name: str, value: str | None, fault: str, remedy: str, folder: Path,
) -> None:
    outcome = outcome_of('-m', f'rat_tracker.ros.{PROGRAMS[program]}', name=name, value=value,
                         folder=folder)
    assert outcome.returncode == 2
    line, = outcome.stderr.splitlines()
    assert line.startswith(f'{program}: cannot be started: ')
    assert fault in line
    assert remedy in line
    assert outcome.stdout == ''


@pytest.mark.parametrize(('name', 'value', 'fault', 'remedy'), WRONG)
def test_a_wrong_environment_ends_a_node_in_one_line(
    name: str, value: str | None, fault: str, remedy: str, tmp_path: Path,
) -> None:
    refused('follower_node', name, value, fault, remedy, tmp_path)


@pytest.mark.parametrize('program', PROGRAMS)
def test_every_program_looks_at_its_environment_first(program: str, tmp_path: Path) -> None:
    refused(program, *WRONG[0], tmp_path)


@pytest.mark.whole
@pytest.mark.parametrize('program', [name for name in PROGRAMS if name != 'follower_node'])
@pytest.mark.parametrize(('name', 'value', 'fault', 'remedy'), WRONG[1:])
def test_every_wrong_environment_ends_every_program_in_one_line(
    program: str, name: str, value: str | None, fault: str, remedy: str, tmp_path: Path,
) -> None:
    refused(program, name, value, fault, remedy, tmp_path)


@pytest.mark.parametrize('number', [0, 5, 9, 12, 14, 15, 18, 19])
def test_the_doctor_says_the_same_and_not_that_all_is_well_beside_it(
    number: int, tmp_path: Path,
) -> None:
    name, value, fault, remedy = WRONG[number]
    outcome = outcome_of('-c', 'from rat_tracker.cli import main; main()', 'doctor',
                         name=name, value=value, folder=tmp_path)
    assert outcome.returncode == 1
    line, = (line for line in outcome.stdout.splitlines() if line.startswith('error: '))
    assert fault in line
    assert remedy in line
    assert 'rmw_nowhere_cpp' not in outcome.stdout.replace(line, '')


@pytest.mark.parametrize(('rule', 'fault'), [
    ('__node:=a-b', "'-r __node:=a-b'"), ('__ns:=/x y', "'-r __ns:=/x y'"),
    ('__ns:=x', "'-r __ns:=x'"), ('pose:=/2d', "'-r pose:=/2d'"), ('nonsense', "'-r nonsense'"),
])
@pytest.mark.parametrize('program', ['follower_node', 'select_target'])
def test_a_name_that_ros_does_not_allow_is_named(
    program: str, rule: str, fault: str, tmp_path: Path,
) -> None:
    chosen = ['--box', '1,2,3,4'] if program == 'select_target' else []
    outcome = outcome_of(
        '-m', f'rat_tracker.ros.{PROGRAMS[program]}', *chosen, '--ros-args', '-r', rule,
        name='ROS_LOG_DIR', value=None, folder=tmp_path)
    assert outcome.returncode == 2
    *_, line = outcome.stderr.splitlines()
    assert line.startswith(f'{program}: cannot be started: ')
    assert fault in line
    assert 'FROM:=TO' in line
    assert 'lexeme' not in line


LONG = 'x' * 300


@pytest.mark.parametrize(('rule', 'said'), [
    ('__ns:=/x/', "'-r __ns:=/x/': Invalid namespace: namespace must not end with a '/'"),
    (f'follower_node:__ns:=/{LONG}', 'namespace should not exceed'),
    (f'__node:={LONG}', "node name length should not exceed '255'"),
])
@pytest.mark.parametrize('program', ['follower_node', 'select_target'])
def test_a_name_that_rcl_refuses_for_another_reason_is_refused_for_the_right_one(
    program: str, rule: str, said: str, tmp_path: Path,
) -> None:
    chosen = ['--box', '1,2,3,4'] if program == 'select_target' else []
    outcome = outcome_of(
        '-m', f'rat_tracker.ros.{PROGRAMS[program]}', *chosen, '--ros-args', '-r', rule,
        name='ROS_LOG_DIR', value=None, folder=tmp_path)
    assert outcome.returncode == 2
    line, = outcome.stderr.splitlines()
    assert line.startswith(f'{program}: cannot be started: ')
    assert said in line


def test_a_policy_that_no_qos_has_is_named(tmp_path: Path) -> None:
    outcome = outcome_of(
        '-m', 'rat_tracker.ros.follower.node', '--ros-args', '-p',
        'qos_overrides./pose.subscription.reliability:=perhaps',
        name='ROS_LOG_DIR', value=None, folder=tmp_path)
    assert outcome.returncode == 2
    line, = outcome.stderr.splitlines()
    assert 'cannot be started: ' in line
    assert 'perhaps' in line


def test_an_unknown_ros_argument_is_called_unknown(tmp_path: Path) -> None:
    outcome = outcome_of(
        '-m', 'rat_tracker.ros.follower.node', '--ros-args', '--remote',
        name='ROS_LOG_DIR', value=None, folder=tmp_path)
    assert outcome.returncode == 2
    line, = outcome.stderr.splitlines()
    assert "unknown ROS arguments ['--remote']" in line

"""The scripts behind ``make``: what they do to a shell, and what they say on a poor machine."""

from __future__ import annotations

import os
from pathlib import Path
import runpy
import shutil
import subprocess

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / 'scripts'


needs_venv = pytest.mark.skipif(
    not (SCRIPTS.parent / '.venv').is_dir(), reason='there is no .venv: run `make build`')


def variables_after(commands: str, directory: Path, **given: str) -> dict[str, str]:
    """Run bash commands in a nearly empty environment; return the environment they leave."""
    shell = subprocess.run(
        ['bash', '-euc', f'{commands}; env -0'], cwd=directory, check=True, text=True,
        env={'PATH': os.defpath, **given}, stdout=subprocess.PIPE)
    return dict(entry.split('=', 1) for entry in shell.stdout.split('\0') if entry)


@needs_venv
def test_environment_can_be_sourced_from_anywhere_and_twice(tmp_path: Path) -> None:
    source = f'. "{SCRIPTS}/environment.sh"'

    once = variables_after(source, tmp_path)
    twice = variables_after(f'{source}; {source}', tmp_path)

    assert once['VIRTUAL_ENV'] == str(SCRIPTS.parent / '.venv')
    assert once['PYTHONPATH'].split(':')[0] == str(SCRIPTS.parent)
    assert twice == once


@needs_venv
def test_environment_keeps_what_the_user_chose(tmp_path: Path) -> None:
    given = {
        'AMENT_PREFIX_PATH': '/somewhere/ros',
        'FASTRTPS_DEFAULT_PROFILES_FILE': '/somewhere/mine.xml',
        'PYTHONPATH': '/somewhere/ros/lib/python',
        'ROS_AUTOMATIC_DISCOVERY_RANGE': 'SUBNET',
    }

    after = variables_after(f'. "{SCRIPTS}/environment.sh"', tmp_path, **given)

    assert after['FASTRTPS_DEFAULT_PROFILES_FILE'] == '/somewhere/mine.xml'
    assert after['ROS_AUTOMATIC_DISCOVERY_RANGE'] == 'SUBNET'
    assert after['AMENT_PREFIX_PATH'].endswith(':/somewhere/ros')
    assert after['PYTHONPATH'].endswith(':/somewhere/ros/lib/python')


@pytest.fixture
def create_venv(tmp_path: Path) -> str:
    """Copy the script, so that nothing it does reaches this tree; return the path of the copy."""
    (tmp_path / 'scripts').mkdir()
    return str(shutil.copy(SCRIPTS / 'create_venv.sh', tmp_path / 'scripts'))


@pytest.mark.parametrize(('python', 'fault'), [
    ('no-such-python', 'no usable Python; no-such-python is not there'),
    ('old-python', 'no usable Python; old-python is Python 3.8, not 3.10 to 3.12'),
])
def test_missing_python_is_named_in_one_line(
    tmp_path: Path, create_venv: str, python: str, fault: str,
) -> None:
    old = tmp_path / 'old-python'
    old.write_text('#!/bin/sh\necho is Python 3.8, not 3.10 to 3.12\n', encoding='utf-8')
    old.chmod(0o755)

    run = subprocess.run(
        [create_venv, 'sourced'], check=False, capture_output=True, text=True,
        env={**os.environ, 'PYTHON': python, 'PATH': f'{tmp_path}:{os.environ["PATH"]}'})

    assert run.returncode == 1
    assert run.stderr == f'set-up: {fault}\n'
    assert not (tmp_path / '.venv').exists()


def test_missing_compiler_is_named_in_one_line(tmp_path: Path, create_venv: str) -> None:
    for tool in ('dirname', 'uname'):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))

    run = subprocess.run(
        ['/bin/sh', create_venv, 'sourced'], check=False, capture_output=True, text=True,
        env={'PATH': str(tmp_path)})

    assert run.returncode == 1
    assert run.stderr == 'set-up: gcc is missing (Debian, Ubuntu: build-essential cmake)\n'


def test_wheels_are_repaired_once_and_nothing_else_is_touched() -> None:
    repaired = runpy.run_path(str(SCRIPTS / 'repair_ros_wheels.py'))['repaired']
    broken = (
        'set_target_properties(x PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "'
        '/opt/python/cp312-cp312/include/python3.12;'
        '/opt/python/cp312-cp312/lib/python3.12/site-packages/numpy/_core/include")\n'
        'set(y "/opt/ros/include")\n')

    text = repaired(broken)

    directories = text.splitlines()[0].split('"')[1].split(';')
    assert Path(directories[0], 'Python.h').is_file()
    assert Path(directories[1], 'numpy', 'ndarrayobject.h').is_file()
    assert text.endswith('set(y "/opt/ros/include")\n')
    assert repaired(text) == text

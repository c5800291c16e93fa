"""The command, on this machine: what it says without ROS, and how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path
import subprocess
import sys

import pytest

# Finds everything but these, as where they are not installed.
WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition('.')[0] in {missing!r}:
            return None
        return super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Without
from rat_tracker.cli import main
sys.argv[0] = 'rat_tracker'
main()
"""


def run(*arguments: str, missing: tuple[str, ...] = (), **variables: str,
        ) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, '-c', WITHOUT.format(missing=missing), 'doctor', *arguments],
        check=False, capture_output=True, text=True, env=os.environ | variables)


def test_without_ros_it_says_so_and_what_to_do() -> None:
    outcome = run(missing=('rclpy',))

    first = outcome.stdout.splitlines()[0]
    assert outcome.returncode == 1, outcome.stderr
    assert first.startswith('error: ros: ROS 2 is ')
    assert '. /opt/ros/' in first or 'make build && . scripts/environment.sh' in first
    assert 'ok: packages: python ' in outcome.stdout
    assert 'engine: engine auto stands for' in outcome.stdout


def test_a_package_that_is_missing_is_an_error_and_no_traceback() -> None:
    outcome = run('--json', missing=('rclpy', 'torch'))

    findings = json.loads(outcome.stdout)['findings']
    assert outcome.returncode == 1
    assert any(finding['level'] == 'error' and 'package torch is not installed' in finding['text']
               and 'requirements/runtime.txt' in finding['remedy'] for finding in findings)
    assert 'Traceback' not in outcome.stderr


@pytest.mark.parametrize('arguments', [
    ['--node', 'not a name'], ['--node', ''], ['--seconds', '0'], ['--seconds', 'soon'], ['left']])
def test_a_wrong_command_ends_with_2(arguments: list[str]) -> None:
    outcome = run(*arguments)

    assert outcome.returncode == 2
    assert 'Traceback' not in outcome.stderr


def test_a_ros_that_ends_the_process_is_a_finding(tmp_path: Path) -> None:
    """As rcl does where the middleware is another than the one that is asked for."""
    pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')
    # Without an index nobody can tell beforehand that it is not installed.
    paths = os.pathsep.join(path for path in sys.path if path)
    outcome = run('--json', RMW_IMPLEMENTATION='rmw_nobody_has', AMENT_PREFIX_PATH=str(tmp_path),
                  PYTHONPATH=paths)

    findings = json.loads(outcome.stdout)['findings']
    assert outcome.returncode == 1
    assert any(finding['level'] == 'error' and finding['subject'] == 'ros'
               and 'rmw_nobody_has' in finding['text'] for finding in findings)
    assert 'Traceback' not in outcome.stderr

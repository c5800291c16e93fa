"""Launch files run under the Python of ROS, which has none of the nodes' packages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / 'launch').glob('*.launch.py'))
# What ROS itself brings.
OF_ROS = {'ament_index_python', 'launch', 'launch_ros', 'std_srvs'}
# Loads a launch file where packages of requirements/ are missing. rclpy itself wants numpy.
_LOAD = """
import sys
sys.modules.update(dict.fromkeys(('aiohttp', 'click', 'cv2', 'openvino', 'rich', 'torch')))
from launch.launch_description_sources import get_launch_description_from_python_launch_file
get_launch_description_from_python_launch_file(sys.argv[1])
"""


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f'{path}: a relative import'
            yield node.module
            yield from (f'{node.module}.{alias.name}' for alias in node.names)


def modules_of(name: str) -> Iterator[Path]:
    """Yield the files that an import of one of our modules runs, its packages' first."""
    path = ROOT
    for part in name.split('.'):
        path /= part
        yield from (file for file in (path / '__init__.py', path.with_suffix('.py'))
                    if file.is_file())


def all_imports(file: Path) -> set[str]:
    """Return the first names of the foreign modules that a file imports, however indirectly."""
    foreign: set[str] = set()
    seen: set[Path] = set()
    waiting = [file]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            for name in imports(path):
                if name.startswith('rat_tracker'):
                    waiting += modules_of(name)
                else:
                    foreign.add(name.partition('.')[0])
    return foreign - sys.stdlib_module_names


@pytest.mark.parametrize('file', FILES, ids=lambda file: file.name)
def test_a_launch_file_imports_only_what_ros_brings(file: Path) -> None:
    assert all_imports(file) <= OF_ROS


def test_what_a_launch_file_imports_is_found_however_indirectly(tmp_path: Path) -> None:
    file = tmp_path / 'wrong.launch.py'
    file.write_text('def f():\n    from rat_tracker.ros.runs.demo.playback import playbacks\n')
    assert {'cv2', 'numpy'} <= all_imports(file)


@pytest.mark.needs('launch_ros')
@pytest.mark.parametrize('file', FILES, ids=lambda file: file.name)
def test_a_launch_file_is_loaded_without_the_packages_of_the_nodes(
    file: Path, tmp_path: Path,
) -> None:
    run = subprocess.run(
        [sys.executable, '-c', _LOAD, file], check=False, cwd=tmp_path, capture_output=True,
        text=True)
    assert (run.returncode, run.stderr) == (0, '')

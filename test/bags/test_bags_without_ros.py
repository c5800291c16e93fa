"""Bags are followed where pip installed the package and there is no ROS."""

from __future__ import annotations

import os
from pathlib import Path
import shutil
import subprocess
import sys

from ros import scene
from support_bags import read_bag
from support_bags import spots
from support_bags import write_bag

ROOT = Path(__file__).resolve().parents[2]
# The command, in a Python that has none of ROS's packages.
PROGRAM = """
import importlib.abc, sys

class NoRos(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition('.')[0] in {'rclpy', 'ament_index_python'} or '_msgs' in name or (
                '_interfaces' in name) or name.startswith(('rat_tracker.ros', 'rat_tracker.msg')):
            raise ModuleNotFoundError(f'there is no ROS here: {name}', name=name)
        return None

sys.meta_path.insert(0, NoRos())
import rat_tracker
print(rat_tracker.__file__)
from rat_tracker.cli import main
main(sys.argv[1:])
"""


def track(bag: Path, output: Path, package: Path) -> str:
    """Run the command with the package that lies there; return what it prints."""
    box = ','.join(f'{value:g}' for value in scene.red_box(0).values)
    arguments = ['track', str(bag), '--box', box, '--output', str(output), '--tracker',
                 'rat:patch_side=128:channels=8:ranking_channels=8']
    run = subprocess.run(
        [sys.executable, '-c', PROGRAM, *arguments], check=False, text=True, timeout=250,
        cwd=package, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        # Without ROS's wheels, which set out from these.
        env={'PATH': os.environ['PATH'], 'PYTHONPATH': str(package),
             'HOME': os.environ.get('HOME', '/')})
    assert run.returncode == 0, run.stdout
    return run.stdout


def test_the_installed_package_brings_the_definitions_of_its_messages(tmp_path: Path) -> None:
    # A copy, because building leaves files in the source tree.
    source, site = tmp_path / 'source', tmp_path / 'site'
    for name in ('rat_tracker', 'msg', 'requirements'):
        shutil.copytree(ROOT / name, source / name,
                        ignore=shutil.ignore_patterns('__pycache__'))
    for name in ('setup.py', 'pyproject.toml', 'package.xml', 'MANIFEST.in', 'LICENSE'):
        shutil.copy(ROOT / name, source)
    subprocess.run(
        [sys.executable, '-m', 'pip', 'install', '--quiet', '--no-deps', '--no-build-isolation',
         '--no-index', '--disable-pip-version-check', '--target', str(site), str(source)],
        check=True, timeout=250)
    assert (site / 'rat_tracker' / 'interfaces' / 'Target.msg').read_bytes() == (
        ROOT / 'msg' / 'Target.msg').read_bytes()
    bag = write_bag(tmp_path / 'bag', spots(5))

    output = track(bag, tmp_path / 'out', site)

    assert output.startswith(str(site))
    assert len(read_bag(tmp_path / 'out')['/tracker_node/target']) == 5


def test_the_source_tree_does_without_an_installation(tmp_path: Path) -> None:
    for name in ('rat_tracker', 'msg'):
        shutil.copytree(ROOT / name, tmp_path / 'source' / name,
                        ignore=shutil.ignore_patterns('__pycache__'))
    bag = write_bag(tmp_path / 'bag', spots(3))

    track(bag, tmp_path / 'out', tmp_path / 'source')

    assert len(read_bag(tmp_path / 'out')['/tracker_node/target']) == 3

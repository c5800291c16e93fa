"""Who may import whom: the subpackages lie in layers, and imports run one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
import re

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / 'rat_tracker'
# From the outside in; docs/architecture.md says what each is for. One may import what stands
# behind it, never what stands before it.
LAYERS = (
    '__main__', 'cli', 'training', 'ros',
    'bags', 'console', 'doctor', 'evaluation',
    'messages', 'position', 'pipeline', 'datasets', 'segmentation', 'drawing', 'video',
    'target', 'redetection', 'trackers',
    'online', 'networks', 'engines', 'weights',
    'tracker', 'geometry', 'parameters', 'stamps', 'stopwatch', 'system',
)
ROS_PACKAGES = {
    'rclpy', 'action_msgs', 'builtin_interfaces', 'diagnostic_msgs', 'geometry_msgs',
    'lifecycle_msgs', 'rcl_interfaces', 'rosgraph_msgs', 'sensor_msgs', 'std_msgs', 'std_srvs',
    'tf2_msgs', 'tf2_ros', 'vision_msgs', 'visualization_msgs', 'launch', 'launch_ros'}
# What each folder of ros/ may import of the others, besides what lies flat in ros/.
FOLDERS_OF_ROS: dict[str, set[str]] = {
    'execution': set(), 'survey': set(),
    'follower': {'execution'}, 'player': {'execution'}, 'selection': {'execution'},
    'tracker': {'execution', 'selection'},
    'console': {'execution', 'survey'},
    'simulation': {'execution', 'follower'},
    'doctor': {'survey', 'tracker'},
    'runs': {'execution', 'simulation'},
}
# What each folder of evaluation/ may import of the others, besides what lies flat in evaluation/.
FOLDERS_OF_EVALUATION: dict[str, set[str]] = {
    'clips': set(), 'metrics': set(), 'reference': set(), 'vot': set(),
    'running': {'metrics'},
    'report': {'metrics', 'running'},
    'states': {'clips', 'metrics'},
    'trax': {'vot'},
}
FOLDERS = {'ros': FOLDERS_OF_ROS, 'evaluation': FOLDERS_OF_EVALUATION}
OUR_INTERFACES = {'msg', 'srv', 'action'}  # rat_tracker.msg and so on are generated for ROS


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f'{node.module}.{alias.name}' for alias in node.names)


def modules() -> list[tuple[str, Path]]:
    """Return every module of the package, with the subpackage that it is in."""
    return [(path.relative_to(PACKAGE).parts[0].removesuffix('.py'), path)
            for path in sorted(PACKAGE.rglob('*.py')) if path != PACKAGE / '__init__.py']


def test_every_subpackage_has_its_layer() -> None:
    assert {subpackage for subpackage, _ in modules()} == set(LAYERS)


def test_the_document_has_every_subpackage_and_its_layer() -> None:
    text = (PACKAGE.parent / 'docs' / 'architecture.md').read_text(encoding='utf-8')
    tree = text.partition('## Subpackages')[2].partition('`test/` mirrors')[0]
    layers = text.partition('holds it):')[2].partition('Only `ros/`')[0]
    for subpackage in set(LAYERS) - {'__main__'}:
        assert re.search(rf'\b{subpackage}(/|\.py)', tree), subpackage
        assert re.search(rf'\b{subpackage}\b', layers), subpackage


@pytest.mark.parametrize('subpackage', LAYERS)
def test_no_import_runs_back(subpackage: str) -> None:
    before = set(LAYERS[:LAYERS.index(subpackage)])
    back = [(path.relative_to(PACKAGE).as_posix(), name)
            for its, path in modules() if its == subpackage for name in imports(path)
            if name.startswith('rat_tracker.') and name.split('.')[1] in before]
    assert back == []


def folder_imports(subpackage: str, pattern: str) -> set[str]:
    """Return which modules and folders of a subpackage these files of it import."""
    return {name.split('.')[2] for path in PACKAGE.glob(f'{subpackage}/{pattern}')
            for name in imports(path) if name.startswith(f'rat_tracker.{subpackage}.')}


@pytest.mark.parametrize('subpackage', FOLDERS)
def test_every_folder_is_in_the_table(subpackage: str) -> None:
    assert {path.parent.name for path in PACKAGE.glob(f'{subpackage}/*/__init__.py')} == set(
        FOLDERS[subpackage])


@pytest.mark.parametrize(('subpackage', 'folder'), [
    (subpackage, folder) for subpackage, folders in FOLDERS.items() for folder in folders])
def test_a_folder_imports_no_other_than_the_table_says(subpackage: str, folder: str) -> None:
    own = {path.stem for path in PACKAGE.glob(f'{subpackage}/*.py')} | {folder}
    assert folder_imports(subpackage, f'{folder}/**/*.py') - own == FOLDERS[subpackage][folder]


@pytest.mark.parametrize('subpackage', FOLDERS)
def test_what_folders_share_imports_none_of_them(subpackage: str) -> None:
    assert not folder_imports(subpackage, '*.py') & set(FOLDERS[subpackage])


@pytest.mark.parametrize('subpackage', FOLDERS)
def test_no_folder_imports_one_that_imports_it(subpackage: str) -> None:
    assert list(TopologicalSorter(FOLDERS[subpackage]).static_order())


def test_only_the_subpackage_ros_imports_ros() -> None:
    found = {subpackage for subpackage, path in modules() for name in imports(path)
             if name.partition('.')[0] in ROS_PACKAGES
             or (name.startswith('rat_tracker.') and name.split('.')[1] in OUR_INTERFACES)}
    assert found == {'ros'}


def test_training_imports_nothing_of_ros() -> None:
    found = {name for subpackage, path in modules() if subpackage == 'training'
             for name in imports(path) if name.startswith('rat_tracker.ros')}
    assert found == set()


def test_only_what_launch_files_share_imports_launch() -> None:
    found = {path.name for _, path in modules() for name in imports(path)
             if name.partition('.')[0] in {'launch', 'launch_ros'}}
    assert found == {'launching.py'}

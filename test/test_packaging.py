"""What is stated in more than one place agrees, and what is shipped reaches the user."""

from __future__ import annotations

from collections.abc import Iterator
import importlib
import os
from pathlib import Path
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

import rat_tracker

ROOT = Path(__file__).resolve().parents[1]
CMAKE = (ROOT / 'CMakeLists.txt').read_text(encoding='utf-8')
PROGRAMS = re.findall(r'^install_program\((\S+) (\S+) (\S+)\)', CMAKE, re.MULTILINE)
_END = 100.0  # seconds that a program may take to end on a busy machine
# Modules, and the rosdep keys of their packages (rosdep/python.yaml in ros/rosdistro). OpenCV and
# PyTorch have keys, too, but of older versions than we need, and what is built for another NumPy
# than ours comes from pip, too.
KEYS = {
    'PIL': 'python3-pil', 'aiohttp': 'python3-aiohttp', 'click': 'python3-click',
    'hypothesis': 'python3-hypothesis', 'jinja2': 'python3-jinja2',
    'numpy': 'python3-numpy', 'pytest': 'python3-pytest', 'rich': 'python3-rich',
    'selenium': 'python3-selenium', 'tf2_ros': 'tf2_ros_py', 'yaml': 'python3-yaml'}
PIN = re.compile(r"[A-Za-z0-9_.-]+==\d[\w.]*(; python_version (<|>=) '3\.\d+')?")


def requirements() -> Iterator[tuple[str, str]]:
    """Yield (file name, line) of every requirement."""
    for file in sorted((ROOT / 'requirements').glob('*.txt')):
        for line in file.read_text(encoding='utf-8').splitlines():
            if line and not line.startswith('#'):
                yield file.name, line


def installed(kind: str) -> Path:
    """Return the directory of the built package: its ``share`` or its prefix."""
    index = pytest.importorskip('ament_index_python.packages')
    try:
        share = Path(index.get_package_share_directory('rat_tracker'))
    except index.PackageNotFoundError:
        pytest.skip('the package is not built: run `make build` and source its environment')
    return share if kind == 'share' else share.parents[1]


def test_version_is_the_same_everywhere() -> None:
    in_package_xml = ElementTree.parse(ROOT / 'package.xml').findtext('version')
    in_setup_py = subprocess.run(
        [sys.executable, 'setup.py', '--version'],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()[-1]

    assert in_package_xml == in_setup_py == rat_tracker.__version__


@pytest.mark.parametrize(('name', 'module', 'directory'), PROGRAMS)
def test_program_is_installed_and_has_a_main(name: str, module: str, directory: str) -> None:
    prefix = installed('prefix')
    program = prefix / directory.replace('${PROJECT_NAME}', 'rat_tracker') / name

    assert os.access(program, os.X_OK)
    assert callable(importlib.import_module(module).main)


@pytest.mark.parametrize(('name', 'module', 'directory'), PROGRAMS)
def test_program_that_is_interrupted_while_it_starts_ends_without_a_word(
    name: str, module: str, directory: str, tmp_path: Path,
) -> None:
    """And launch does not say of a node that it has died."""
    program = installed('prefix') / directory.replace('${PROJECT_NAME}', 'rat_tracker') / name
    # Stand in for a module that it reads, and take until the test is over: a command that was not
    # named yet needs no numpy, and nodes need no tables.
    for module_file in ('numpy.py', 'rich.py'):
        (tmp_path / module_file).write_text(
            "import time\nprint('reading', flush=True)\ntime.sleep(1000)\n")
    path = f'{tmp_path}:{os.environ.get("PYTHONPATH", "")}'
    with subprocess.Popen([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, env={**os.environ, 'PYTHONPATH': path}) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=_END)
    assert (first, rest) == ('reading\n', '')
    assert process.returncode == (0 if module.endswith('.node') else -signal.SIGINT)


def test_programs_are_the_same_with_and_without_ros() -> None:
    setup_py = (ROOT / 'setup.py').read_text(encoding='utf-8')
    console_scripts = re.findall(r"'(\w+) = ([\w.]+):main'", setup_py)

    assert sorted(console_scripts) == sorted((name, module) for name, module, _ in PROGRAMS)


@pytest.mark.parametrize('directory', ['action', 'config', 'launch', 'msg', 'srv'])
def test_every_file_is_installed(directory: str) -> None:
    files = [file for file in (ROOT / directory).iterdir() if file.is_file()]
    assert files

    for file in files:
        copy = installed('share') / directory / file.name
        assert copy.read_bytes() == file.read_bytes(), f'{copy} is old: run `make build`'


@pytest.mark.parametrize('kind', ['action', 'msg', 'srv'])
def test_every_interface_can_be_imported(kind: str) -> None:
    installed('share')
    names = {file.stem for file in (ROOT / kind).glob(f'*.{kind}')}

    assert names <= set(dir(importlib.import_module(f'rat_tracker.{kind}')))


def test_every_requirement_is_pinned_and_says_why_it_is_there() -> None:
    for file, line in requirements():
        requirement, _, reason = line.partition('#')
        assert PIN.fullmatch(requirement.strip()), f'{file}: {line!r} has no == version'
        assert reason.strip(), f'{file}: {line!r} has no reason after a #'


def declared(*kinds: str) -> set[str]:
    """Return the dependencies of these kinds that package.xml declares."""
    return {str(element.text) for element in ElementTree.parse(ROOT / 'package.xml').iter()
            if element.tag in kinds}


def imported(*folders: str) -> set[str]:
    """Return the first names of the modules that the files of folders import."""
    statement = re.compile(r'^\s*(?:from|import) (\w+)', re.MULTILINE)
    return {name for folder in folders for file in (ROOT / folder).rglob('*.py')
            for name in statement.findall(file.read_text('utf-8'))}


# A robot does without the reports of evaluation, which tests want.
@pytest.mark.parametrize(('folders', 'without', 'kinds'), [
    (['rat_tracker', 'launch'], {'jinja2', 'PIL'}, ['depend', 'exec_depend']),
    (['rat_tracker', 'launch', 'test'], set(), ['depend', 'exec_depend', 'test_depend']),
])
def test_dependencies_are_declared(
    folders: list[str], without: set[str], kinds: list[str],
) -> None:
    """A package.xml that forgets one works here and fails on the user's machine."""
    of_ros = re.compile(
        r'rclpy|launch(_ros|_pytest)?|ament_index_python|\w+_(msgs|srvs|interfaces)')
    wanted = {KEYS.get(name, name) for name in imported(*folders) - without
              if name in KEYS or of_ros.fullmatch(name)}
    assert {'rclpy', 'python3-numpy'} <= wanted
    assert wanted <= declared(*kinds)


def test_the_image_is_made_by_the_commands_of_the_readme() -> None:
    readme = (ROOT / 'README.md').read_text(encoding='utf-8')
    section = readme.partition('\n## On a robot\n')[2].partition('\n## ')[0]
    block = re.findall(r'(?:^ {4}.+\n)+', section, re.MULTILINE)[0]
    commands = [command.strip() for line in block.splitlines()
                for command in line.partition('#')[0].split('&&')]
    assert commands[-1].startswith('ros2 launch ')

    output = (ROOT / 'Dockerfile').read_text(encoding='utf-8').replace('", "', ' ')
    for here, there in (
        ('ENV VIRTUAL_ENV=/root/rat_tracker_venv PATH=/root/rat_tracker_venv/bin:',
         '. ~/rat_tracker_venv/bin/activate'),
        ('COPY . /root/ws/src/rat_tracker\nWORKDIR /root/ws/src\n',
         'cd ~/ws/src git clone <this repository> rat_tracker\n'),
        ('WORKDIR /root/ws\n', 'cd ~/ws\n'),
        ('--no-cache-dir ', ''),
    ):
        assert here in output
        output = output.replace(here, there)
    position = 0
    for command in commands:
        # A container has no screen.
        position = output.find(command.removesuffix(' rviz:=true'), position)
        assert position >= 0, f'{command} is not in Dockerfile, or not after those before it'


def test_the_image_gets_nothing_that_was_built_here() -> None:
    ignored = (ROOT / '.dockerignore').read_text(encoding='utf-8').splitlines()
    assert {'.venv*', '.colcon', 'build', 'install', 'log', 'out'} <= set(ignored)

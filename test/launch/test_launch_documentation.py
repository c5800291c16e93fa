"""docs/launch.md tells of every argument, and what it shows works."""

from __future__ import annotations

from pathlib import Path
import re

from launch.actions import IncludeLaunchDescription
from launch.actions import SetLaunchConfiguration
import launch_pytest
import pytest
from ros.client import Client
from support_launch import arguments
from support_launch import embedded
from support_launch import FILES
from support_launch import LAUNCH
from support_launch import LOADING
from support_launch import Processes
from support_launch import subscribed
from support_launch import value

from launch import LaunchDescription

REFERENCE = (LAUNCH.parent / 'docs' / 'launch.md').read_text(encoding='utf-8')


def documented() -> dict[str, set[str]]:
    """Return the arguments that the reference names, by launch file."""
    named: dict[str, set[str]] = {file: set() for file in FILES}
    for names, files in re.findall(r'^\| (`[^|]+`) \| ([a-z, ]+) \|', REFERENCE, re.MULTILINE):
        for file in FILES:
            if files == 'all' or file.removesuffix('.launch.py') in files.split(', '):
                named[file] |= set(re.findall(r'`(\w+)`', names))
    return named


@pytest.mark.parametrize('file', FILES)
def test_the_reference_names_every_argument_and_no_other(file: str) -> None:
    assert documented()[file] == {argument.name for argument in arguments(file)}


def test_the_reference_names_every_launch_file() -> None:
    assert set(re.findall(r'^\| `(\w+\.launch\.py)` \|', REFERENCE, re.MULTILINE)) == set(FILES)


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def example(domain: int, processes: Processes, tmp_path: Path) -> LaunchDescription:
    """Include the example as a robot's launch file that has a params_file of its own."""
    code, = re.findall(r'^```python\n(.*?)^```', REFERENCE, re.MULTILINE | re.DOTALL)
    file = tmp_path / 'robot.launch.py'
    file.write_text(code, encoding='utf-8')
    return embedded(processes, SetLaunchConfiguration('params_file', '/of/the/robot.yaml'),
                    IncludeLaunchDescription(str(file)))


@pytest.mark.launch(fixture=example)
def test_the_example_starts_two_trackers_that_know_nothing_of_each_other(client: Client) -> None:
    client.wait('the one in front', lambda: '/front_camera/image_raw' in subscribed(
        client, 'tracker_node', '/front'), LOADING)
    client.wait('the one at the rear', lambda: (
        ('tracker_node', '/rear') in client.node.get_node_names_and_namespaces()), LOADING)
    assert value(client, '/rear/tracker_node', 'autostart') is False
    assert value(client, '/front/tracker_node', 'autostart') is True

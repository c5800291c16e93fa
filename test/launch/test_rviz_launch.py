"""rviz:=true shows the nodes that the launch file starts, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path
import shutil

import launch_pytest
import pytest
from ros.client import Client
from support_launch import described
from support_launch import LOADING
from support_launch import Processes
from support_launch import subscribed

from launch import LaunchDescription

VIEWER = Path(__file__).with_name('viewer.py')
FILE = 'tracker.launch.py'
PICTURES = {'attention', 'overlay', 'markers', 'pose', 'pose_with_covariance'}


@pytest.fixture
def viewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package rviz2 before any other."""
    (tmp_path / 'lib' / 'rviz2').mkdir(parents=True)
    shutil.copy(VIEWER, tmp_path / 'lib' / 'rviz2' / 'rviz2')
    (tmp_path / 'lib' / 'rviz2' / 'rviz2').chmod(0o755)
    index = tmp_path / 'share' / 'ament_index' / 'resource_index' / 'packages'
    index.mkdir(parents=True)
    (index / 'rviz2').touch()
    monkeypatch.setenv('AMENT_PREFIX_PATH', f'{tmp_path}:{os.environ["AMENT_PREFIX_PATH"]}')


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def plain(domain: int, viewer: None, processes: Processes) -> LaunchDescription:
    return described(processes, FILE, rviz='true', autostart='false')


@pytest.mark.launch(fixture=plain)
def test_rviz_looks_at_the_topics_of_a_node_without_a_namespace(
    client: Client, processes: Processes,
) -> Iterator[None]:
    topics = {f'/tracker_node/{name}' for name in PICTURES} | {'/image_raw'}
    client.wait('the viewer', lambda: topics <= subscribed(client, 'rviz'), LOADING)
    yield
    assert processes.exit_codes['rviz2'] == [0]


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def elsewhere(domain: int, viewer: None, processes: Processes) -> LaunchDescription:
    return described(processes, FILE, rviz='true', autostart='false', namespace='robot',
                     camera='/front', fixed_frame='front_optical_frame')


@pytest.mark.launch(fixture=elsewhere)
def test_rviz_looks_at_the_topics_of_a_node_in_a_namespace_and_of_its_camera(
    client: Client,
) -> None:
    topics = {f'/robot/tracker_node/{name}' for name in PICTURES} | {'/front/image_raw'}
    client.wait('the viewer', lambda: topics <= subscribed(client, 'rviz', '/robot'), LOADING)
    assert not subscribed(client, 'rviz', '/robot') & {
        f'/tracker_node/{name}' for name in PICTURES}

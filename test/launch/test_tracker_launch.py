"""tracker.launch.py starts a node that runs, listens to its arguments and ends cleanly."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
import os
from pathlib import Path
import signal

from geometry_msgs.msg import PoseStamped
import launch_pytest
from launch_ros.actions import PushROSNamespace
import pytest
from ros.client import Client
from ros.client import CONFIGURE
from support_launch import described
from support_launch import embedded
from support_launch import included
from support_launch import LOADING
from support_launch import Processes
from support_launch import subscribed
from support_launch import value

from launch import LaunchDescription

NODE = '/tracker_node'
FILE = 'tracker.launch.py'


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def started(domain: int, processes: Processes) -> LaunchDescription:
    return described(processes, FILE)


@pytest.mark.launch(fixture=started)
def test_the_node_gets_active_and_ends_cleanly(
    client: Client, processes: Processes,
) -> Iterator[None]:
    client.ready(LOADING)
    assert os.environ['FASTRTPS_DEFAULT_PROFILES_FILE'].endswith('config/fastdds.xml')
    yield
    assert processes.exit_codes == {'tracker_node': [0]}


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def remapped(domain: int, processes: Processes) -> LaunchDescription:
    return described(processes, FILE, image_topic='/front/image_raw', image_transport='compressed',
                     detections_topic='/yolo/detections')


@pytest.mark.launch(fixture=remapped)
def test_the_camera_can_be_named_and_its_compressed_images_be_wanted(client: Client) -> None:
    client.wait('the subscription', lambda: (
        client.node.count_subscribers('/front/image_raw/compressed')), LOADING)
    assert client.node.count_subscribers('/front/image_raw') == 0
    if find_spec('vision_msgs') is not None:
        client.wait('the detections', lambda: '/yolo/detections' in subscribed(
            client, 'tracker_node'))


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def with_depth(domain: int, processes: Processes) -> LaunchDescription:
    return described(processes, FILE, camera='/camera/color',
                     depth_topic='/camera/aligned_depth_to_color/image_raw')


@pytest.mark.launch(fixture=with_depth)
def test_a_camera_is_named_by_its_namespace_and_its_depth_images_give_the_distance(
    client: Client,
) -> None:
    expected = {'/camera/color/image_raw', '/camera/color/camera_info',
                '/camera/aligned_depth_to_color/image_raw'}
    client.subscribe(PoseStamped, f'{NODE}/pose')  # for nobody else depth is listened to
    client.wait('the subscriptions', lambda: (
        expected <= subscribed(client, 'tracker_node')), LOADING)
    assert value(client, NODE, 'position_source') == 'depth'


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def managed(domain: int, processes: Processes) -> LaunchDescription:
    return described(processes, FILE, autostart='false', use_sim_time='true')


@pytest.mark.launch(fixture=managed)
def test_a_managed_node_waits_for_its_manager(client: Client) -> None:
    client.wait('diagnostics', lambda: client.value('lifecycle') == 'unconfigured', LOADING)
    assert value(client, NODE, 'use_sim_time') is True
    assert client.change_state(CONFIGURE)
    assert client.lifecycle() == 'inactive'


@pytest.fixture
def params_file(tmp_path: Path) -> str:
    """Return a user's file, which says what differs from the defaults."""
    file = tmp_path / 'mine.yaml'
    file.write_text('/**:\n  ros__parameters:\n    autostart: false\n    buffer_seconds: 7.0\n'
                    '    image_transport: compressed\n')
    return str(file)


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def with_file(domain: int, processes: Processes, params_file: str) -> LaunchDescription:
    return described(processes, FILE, params_file=params_file, image_transport='raw')


@pytest.mark.launch(fixture=with_file)
def test_arguments_count_more_than_the_parameter_file_and_that_more_than_defaults(
    client: Client,
) -> None:
    client.wait('diagnostics', lambda: client.value('lifecycle') == 'unconfigured', LOADING)
    assert value(client, NODE, 'buffer_seconds') == 7.0
    assert value(client, NODE, 'image_transport') == 'raw'
    assert value(client, NODE, 'catch_up_seconds') == 0.5


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def in_a_stack(domain: int, processes: Processes) -> LaunchDescription:
    """Include the file twice, as a robot with two cameras does."""
    return embedded(
        processes, PushROSNamespace('robot'),
        included(FILE, namespace='front', image_topic='image'),
        included(FILE, namespace='rear', image_topic='/rear_camera/image'))


@pytest.mark.launch(fixture=in_a_stack)
def test_a_stack_of_launch_files_can_hold_two_in_namespaces_of_its_own(client: Client) -> None:
    client.wait('the first', lambda: '/robot/front/image' in subscribed(
        client, 'tracker_node', '/robot/front'), LOADING)
    client.wait('the second', lambda: '/rear_camera/image' in subscribed(
        client, 'tracker_node', '/robot/rear'), LOADING)


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def respawning(domain: int, processes: Processes) -> LaunchDescription:
    return described(processes, FILE, respawn='true')


@pytest.mark.launch(fixture=respawning)
def test_a_node_that_was_killed_comes_back_if_wanted(
    client: Client, processes: Processes,
) -> None:
    client.wait('the node', lambda: client.value('lifecycle') == 'active', LOADING)
    os.kill(processes.ids['tracker_node'][0], signal.SIGKILL)
    client.wait('another', lambda: len(processes.ids['tracker_node']) == 2)
    client.received['/diagnostics'].clear()
    client.wait('the node', lambda: client.value('lifecycle') == 'active', LOADING)
    assert processes.exit_codes == {'tracker_node': [-signal.SIGKILL]}


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def with_the_page(domain: int, processes: Processes, tmp_path: Path) -> LaunchDescription:
    settings = tmp_path / 'console.yaml'
    settings.write_text('/**:\n  ros__parameters:\n    port: 0\n', encoding='utf-8')
    return described(processes, FILE, console='true', namespace='front',
                     console_params_file=str(settings))


@pytest.mark.launch(fixture=with_the_page)
def test_the_page_belongs_to_the_tracker_of_its_namespace_and_ends_cleanly(
    client: Client, processes: Processes,
) -> Iterator[None]:
    client.discover('console_node')
    assert value(client, '/front/console_node', 'tracker') == 'tracker_node'
    yield
    assert processes.exit_codes['console_node'] == [0]

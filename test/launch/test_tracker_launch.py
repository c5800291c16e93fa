"""The launch file starts a node that runs, listens to its arguments and ends cleanly."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
import os

import pytest

# The folder launch/ of this repository can be imported as well; it is not meant.
if find_spec('launch_pytest') is None:
    pytest.skip('launch_pytest is not installed; source a ROS 2 installation',
                allow_module_level=True)

from launch.actions import IncludeLaunchDescription
from launch.actions import RegisterEventHandler
from launch.event_handlers import OnProcessExit
from launch.events.process import ProcessExited
from launch.launch_description_sources import PythonLaunchDescriptionSource
import launch_pytest
from launch_pytest.actions import ReadyToTest
from ros.client import Client
from ros.client import CONFIGURE
from ros.node_process import reserved_domain
from ros.node_process import ROOT

from launch import LaunchDescription

_LOADING = 60.0  # seconds that the real model may take on a busy machine


@pytest.fixture
def domain(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with reserved_domain() as number:
        monkeypatch.setenv('ROS_DOMAIN_ID', str(number))
        monkeypatch.setenv('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
        monkeypatch.delenv('FASTRTPS_DEFAULT_PROFILES_FILE', raising=False)
        yield number


@pytest.fixture
def client(domain: int) -> Iterator[Client]:
    client = Client(domain)
    yield client
    client.close()


@pytest.fixture
def exit_codes() -> list[int]:
    return []


def described(exit_codes: list[int], **arguments: str) -> LaunchDescription:
    """Return our launch file with arguments, noting how its processes end."""
    def note(event: ProcessExited, _: object) -> None:
        exit_codes.append(event.returncode)
    source = PythonLaunchDescriptionSource(str(ROOT / 'launch' / 'tracker.launch.py'))
    return LaunchDescription([
        RegisterEventHandler(OnProcessExit(on_exit=note)),
        IncludeLaunchDescription(source, launch_arguments=arguments.items()),
        ReadyToTest(),
    ])


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def started(domain: int, exit_codes: list[int]) -> LaunchDescription:
    return described(exit_codes)


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def remapped(domain: int, exit_codes: list[int]) -> LaunchDescription:
    return described(exit_codes, image_topic='/front/image_raw', image_transport='compressed')


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def managed(domain: int, exit_codes: list[int]) -> LaunchDescription:
    return described(exit_codes, autostart='false', use_sim_time='true')


@pytest.mark.launch(fixture=started)
def test_the_node_gets_active_and_ends_cleanly(
    client: Client, exit_codes: list[int],
) -> Iterator[None]:
    client.ready(_LOADING)
    assert os.environ['FASTRTPS_DEFAULT_PROFILES_FILE'].endswith('config/fastdds.xml')
    yield
    assert exit_codes == [0]


@pytest.mark.launch(fixture=remapped)
def test_the_camera_can_be_named_and_its_compressed_images_be_wanted(client: Client) -> None:
    client.wait('the subscription', lambda: (
        client.node.count_subscribers('/front/image_raw/compressed')), _LOADING)
    assert client.node.count_subscribers('/front/image_raw') == 0


@pytest.mark.launch(fixture=managed)
def test_a_managed_node_waits_for_its_manager(client: Client) -> None:
    client.wait('diagnostics', lambda: client.value('lifecycle') == 'unconfigured', _LOADING)
    assert client.change_state(CONFIGURE)
    assert client.lifecycle() == 'inactive'

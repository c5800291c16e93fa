"""follow.launch.py starts a tracker and a follower that find each other, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path
import signal

from geometry_msgs.msg import TwistStamped
import launch_pytest
import pytest
from ros.client import Client
from support_launch import described
from support_launch import LOADING
from support_launch import Processes
from support_launch import published
from support_launch import subscribed
from support_launch import value

from launch import LaunchDescription
from rat_tracker.msg import Target
from rat_tracker.srv import SetTarget

FILE = 'follow.launch.py'
INPUTS = ('bearing', 'pose', 'target')


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def started(domain: int, processes: Processes) -> LaunchDescription:
    return described(processes, FILE)


@pytest.mark.launch(fixture=started)
def test_both_nodes_run_meet_and_end_cleanly(
    client: Client, processes: Processes,
) -> Iterator[None]:
    client.ready(LOADING)
    topics = {f'/tracker_node/{name}' for name in INPUTS}
    client.wait('the follower to listen', lambda: topics <= subscribed(client, 'follower_node'))
    client.wait('the tracker to tell', lambda: topics <= published(client, 'tracker_node'))
    client.wait('the velocity', lambda: '/cmd_vel' in published(client, 'follower_node'))
    yield
    assert processes.exit_codes == {'tracker_node': [0], 'follower_node': [0]}


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def in_a_namespace(domain: int, processes: Processes) -> LaunchDescription:
    return described(processes, FILE, namespace='robot', cmd_vel_topic='follow/cmd_vel',
                     stamped='true', enabled='false')


@pytest.mark.launch(fixture=in_a_namespace)
def test_both_nodes_meet_in_a_namespace(client: Client) -> None:
    topics = {f'/robot/tracker_node/{name}' for name in INPUTS}
    client.wait('the follower to listen', lambda: (
        topics <= subscribed(client, 'follower_node', '/robot')), LOADING)
    client.wait('the tracker to tell', lambda: (
        topics <= published(client, 'tracker_node', '/robot')), LOADING)


@pytest.mark.launch(fixture=in_a_namespace)
def test_the_robot_says_where_and_how_it_takes_its_velocity(client: Client) -> None:
    client.wait('the velocity', lambda: '/robot/follow/cmd_vel' in published(
        client, 'follower_node', '/robot'), LOADING)
    offer, = client.node.get_publishers_info_by_topic('/robot/follow/cmd_vel')
    assert offer.topic_type == 'geometry_msgs/msg/TwistStamped'
    assert value(client, '/robot/follower_node', 'enabled') is False


@pytest.mark.launch(fixture=started)
def test_neither_node_takes_the_other_with_it(client: Client, processes: Processes) -> None:
    client.ready(LOADING)
    os.kill(processes.ids['follower_node'][0], signal.SIGKILL)
    client.wait('the end', lambda: processes.exit_codes == {'follower_node': [-signal.SIGKILL]})
    client.received['/diagnostics'].clear()
    client.wait('the tracker to be alive', lambda: client.value('lifecycle') == 'active')


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def simulated(domain: int, processes: Processes, tmp_path: Path) -> LaunchDescription:
    # However slow the machine that tests: the robot does not stop between two answers.
    settings = tmp_path / 'follower.yaml'
    settings.write_text('/**:\n  ros__parameters:\n    timeout: 5.0\n', encoding='utf-8')
    return described(processes, FILE, namespace='robot', simulation='true', stamped='true',
                     follower_params_file=str(settings))


@pytest.mark.whole
@pytest.mark.launch(fixture=simulated)
def test_a_simulated_robot_follows_and_stands_still_when_the_tracker_dies(
    client: Client, processes: Processes,
) -> None:
    robot = '/robot/simulated_robot'
    client.subscribe(Target, f'{robot}/truth')
    client.subscribe(TwistStamped, '/robot/cmd_vel')
    client.ready(LOADING)
    client.wait('the truth', lambda: client.received[f'{robot}/truth'])

    def select() -> bool:
        truth = client.received[f'{robot}/truth'][-1]  # its image may not be at the tracker yet
        response = client.call(SetTarget, '/robot/tracker_node/set_target',
                               SetTarget.Request(header=truth.header, box=truth.box))
        return bool(response.accepted)
    client.wait('the selection', select)

    def speeds() -> list[float]:
        return [message.twist.linear.x for message in client.received['/robot/cmd_vel']]
    client.wait('the robot to drive', lambda: any(speed > 0.1 for speed in speeds()))
    os.kill(processes.ids['tracker_node'][0], signal.SIGKILL)
    client.wait('the robot to stand still', lambda: speeds()[-1] == 0.0)
    client.wait('the end', lambda: processes.exit_codes)
    assert processes.exit_codes == {'tracker_node': [-signal.SIGKILL]}

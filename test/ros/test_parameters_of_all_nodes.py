"""What holds for the parameters of every node: all faults at the start, and values set again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from rcl_interfaces.msg import Parameter
from rcl_interfaces.srv import GetParameters
from rcl_interfaces.srv import ListParameters
from rcl_interfaces.srv import SetParameters
from rcl_interfaces.srv import SetParametersAtomically
from ros import scene
from ros.fake_tracker_node import fake_tracker_node
from ros.starting import Start
from ros.starting import StartProcess

from rat_tracker.ros.console.program import ConsoleNode
from rat_tracker.ros.follower.node import FollowerNode
from rat_tracker.ros.player.node import ClipPlayer
from rat_tracker.ros.simulation.node import SimulatedRobot

NODES: dict[str, Callable[..., Any]] = {
    'tracker_node': fake_tracker_node, 'follower_node': FollowerNode,
    'simulated_robot': SimulatedRobot, 'clip_player': ClipPlayer, 'console_node': ConsoleNode}


@pytest.mark.parametrize('name', NODES)
def test_what_a_node_says_of_its_parameters_can_be_set_again(
    start: Start, name: str, tmp_path: Path,
) -> None:
    """As ``ros2 param load`` does with a file that ``ros2 param dump`` wrote."""
    cv2.imwrite(str(tmp_path / '0.png'), scene.picture(0))
    # Only the player has a video; the others pass it over.
    _, client = start(create=NODES[name], parameters={'video': tmp_path})
    names = client.call(
        ListParameters, f'/{name}/list_parameters', ListParameters.Request()).result.names
    assert {'use_sim_time', 'start_type_description_service'} < set(names)
    values = client.call(
        GetParameters, f'/{name}/get_parameters', GetParameters.Request(names=names)).values
    same = [Parameter(name=one, value=value) for one, value in zip(names, values, strict=True)]
    results = client.call(SetParameters, f'/{name}/set_parameters', SetParameters.Request(
        parameters=same)).results
    assert {one.name: result.reason for one, result in zip(same, results, strict=True)
            if not result.successful} == {}
    assert client.call(
        SetParametersAtomically, f'/{name}/set_parameters_atomically',
        SetParametersAtomically.Request(parameters=same)).result.successful


@pytest.mark.parametrize(('name', 'parameters', 'words'), [
    ('tracker_node', {'silence_period': 'soon', 'buffer_seconds': 2, 'device': 'abacus'},
     ["'silence_period' to 'soon' of type 'STRING'", "'buffer_seconds' to '2' of type 'INTEGER'",
      "device is 'abacus'"]),
    ('follower_node', {'distance': 100.0, 'enabled': '"yes"'},
     ['distance out of range', "'enabled' to 'yes' of type 'STRING'"]),
    ('simulated_robot', {'width': 10, 'depth_encoding': 'mono8'},
     ['width out of range', "depth_encoding is 'mono8'; it must be one of 16UC1, 32FC1"]),
    ('clip_player', {'video': 3, 'rate': 'fast'},
     ["'video' to '3' of type 'INTEGER'", "'rate' to 'fast' of type 'STRING'"]),
    ('console_node', {'port': 'http', 'niceness': 'nice'},
     ["'port' to 'http' of type 'STRING'", "'niceness' to 'nice' of type 'STRING'"]),
])
def test_all_faults_of_parameters_are_reported_each_once_with_the_full_name_of_the_node(
    start: Start, name: str, parameters: dict[str, object], words: list[str],
) -> None:
    with pytest.raises(ValueError) as refusal:
        start('-r', '__ns:=/robot', create=NODES[name], parameters=parameters)
    line = str(refusal.value)
    assert line.startswith(f'/robot/{name}: ')
    assert [line.count(part) for part in words] == [1] * len(words), line
    assert '\n' not in line


def test_a_fault_of_a_parameter_of_ros_is_reported_once(start_process: StartProcess) -> None:
    node, _ = start_process(parameters={'use_sim_time': 3})
    assert node.wait() == 2
    (line,) = node.log.splitlines()
    assert line.count('use_sim_time') == 1

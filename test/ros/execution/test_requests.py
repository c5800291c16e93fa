"""Whatever a node is asked for, by any of its services and in any order, it answers and lives."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
import time
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from rcl_interfaces.msg import Parameter
from rcl_interfaces.msg import ParameterType
from rcl_interfaces.msg import ParameterValue
from rcl_interfaces.srv import ListParameters
from rcl_interfaces.srv import SetParameters
from rcl_interfaces.srv import SetParametersAtomically
from rclpy.context import Context
from rclpy.node import Node
from ros.client import Client
from ros.client import CONFIGURE
from ros.fake_tracker_node import fake_tracker_node
from ros.node_thread import NodeThread
from ros.starting import Start
from ros.strange_requests import StrangeRequests

from rat_tracker.ros import parameters
from rat_tracker.ros.console.settings import ConsoleSettings
from rat_tracker.ros.follower.node import FollowerNode
from rat_tracker.ros.player.node import ClipPlayer
from rat_tracker.ros.simulation.node import SimulatedRobot

SOON = 5.0  # seconds after which an answer is taken for lost, and the request made again
SHUTDOWNS = (Transition.TRANSITION_UNCONFIGURED_SHUTDOWN,
             Transition.TRANSITION_INACTIVE_SHUTDOWN, Transition.TRANSITION_ACTIVE_SHUTDOWN)
TRANSITIONS = ['configure', 'activate', 'deactivate', 'cleanup', 'transition_success']


class ConsoleNode(Node):
    """The node of ``console_node``; its page is no part of ROS."""

    def __init__(self, *, context: Context) -> None:
        super().__init__('console_node', context=context)
        parameters.declare(self, ConsoleSettings)


NODES: dict[str, Callable[..., Any]] = {
    'tracker_node': fake_tracker_node, 'follower_node': FollowerNode, 'clip_player': ClipPlayer,
    'simulated_robot': SimulatedRobot, 'console_node': ConsoleNode}


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, dict[str, object]]:
    """Return the parameters that a node needs."""
    (tmp_path / 'clip').mkdir()
    cv2.imwrite(str(tmp_path / 'clip' / '1.png'), np.zeros((48, 64, 3), np.uint8))
    return {'clip_player': {'video': str(tmp_path / 'clip'), 'loop': True},
            'simulated_robot': {'width': 64, 'rate': 5.0}}


def services(client: Client, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the name and the class of each service of a node, those of actions among them."""
    found = client.node.get_service_names_and_types_by_node(name, '/')
    for service, (kind, *_) in sorted(found):
        package, room, word = kind.split('/')
        module = import_module(f'{package}.{room}')
        if room == 'action':
            action, _, step = word.rpartition('_')
            impl = getattr(module, action).Impl
            yield service, {'SendGoal': impl.SendGoalService,
                            'GetResult': impl.GetResultService}[step]
        else:
            yield service, getattr(module, word)


def answer(client: Client, service: str, kind: Any, request: Any, node: NodeThread) -> Any:
    """Return the response; None where the node gives the service back, or promises to answer.

    A result is promised: it comes when its goal has ended.
    """
    caller = client._service(kind, service)
    responses = []
    again = 0.0
    while True:
        assert node.running
        if not caller.service_is_ready():
            return None
        if time.monotonic() > again:
            responses.append(caller.call_async(request))
            again = time.monotonic() + SOON
        client.spin()
        if done := next((one for one in responses if one.done()), None):
            return done.result()
        if service.endswith('/get_result'):
            return None


def ask(client: Client, node: NodeThread, name: str, seed: int, count: int) -> set[str]:
    """Make so many requests and return the names of the services that were asked."""
    client.discover(name)
    client.meet(f'/{name}')
    listed = client.call(ListParameters, f'/{name}/list_parameters', ListParameters.Request())
    strange = StrangeRequests(seed, [*listed.result.names, *TRANSITIONS])
    asked = set()
    end = count * 9 // 10  # after the shutdown there is little left to ask for
    for number in range(count):
        service, kind = strange.random.choice(list(services(client, name)))
        request = strange.make(kind.Request)
        if kind is ChangeState and request.transition.id in SHUTDOWNS and number < end:
            request.transition.id = Transition.TRANSITION_ACTIVATE
        answer(client, service, kind, request, node)
        asked.add(service)
        if number == end and f'/{name}/change_state' in asked:
            client.change_state(Transition(label='shutdown'))
    client.call(ListParameters, f'/{name}/list_parameters', ListParameters.Request())
    assert node.running
    return asked


@pytest.mark.parametrize('name', NODES)
@pytest.mark.parametrize(('seed', 'count'), [
    (1, 100), pytest.param(2, 2000, marks=pytest.mark.whole)])
def test_a_node_answers_any_request_and_lives(
    start: Start, name: str, settings: dict[str, dict[str, object]], seed: int, count: int,
) -> None:
    node, client = start(create=NODES[name], parameters=settings.get(name))
    asked = ask(client, node, name, seed, count)
    assert {f'/{name}/{service}' for service in (
        'set_parameters', 'get_parameters', 'get_type_description')} <= asked
    # The one thing that rclpy raises for the nodes: it knows no such type of parameters.
    assert {str(fault).partition(' ')[2] for fault in node.take_faults()} <= {
        'is not a valid Parameter.Type'}


@pytest.mark.parametrize('name', NODES)
def test_a_parameter_that_cannot_be_is_refused_and_those_beside_it_are_set(
    start: Start, name: str, settings: dict[str, dict[str, object]],
) -> None:
    node, client = start(create=NODES[name], parameters=settings.get(name))
    client.discover(name)
    good = Parameter(name='use_sim_time', value=ParameterValue(
        type=ParameterType.PARAMETER_BOOL, bool_value=False))
    bad = Parameter(name='use_sim_time', value=ParameterValue(type=42))
    results = client.call(SetParameters, f'/{name}/set_parameters', SetParameters.Request(
        parameters=[good, bad, good])).results
    assert [result.successful for result in results] == [True, False, False]
    assert '42' in results[1].reason
    result = client.call(
        SetParametersAtomically, f'/{name}/set_parameters_atomically',
        SetParametersAtomically.Request(parameters=[good, bad])).result
    assert not result.successful
    assert '42' in result.reason
    assert len(node.take_faults()) == 2


@pytest.mark.parametrize('name', NODES)
def test_no_parameter_can_be_taken_away(
    start: Start, name: str, settings: dict[str, dict[str, object]],
) -> None:
    _, client = start(create=NODES[name], parameters=settings.get(name))
    client.discover(name)

    def names() -> list[str]:
        found: list[str] = client.call(
            ListParameters, f'/{name}/list_parameters', ListParameters.Request()).result.names
        return found
    declared = names()
    results = client.call(SetParameters, f'/{name}/set_parameters', SetParameters.Request(
        parameters=[Parameter(name=one) for one in declared])).results
    assert not any(result.successful for result in results)
    assert len(results) == len(declared)
    assert names() == declared


@pytest.mark.parametrize(('wanted', 'word'), [
    (Transition(id=Transition.TRANSITION_ACTIVATE), '3'),
    (Transition(id=Transition.TRANSITION_DESTROY), '8'),
    (Transition(), '0'),
    (Transition(id=255), '255'),
    (Transition(label='deactivate'), "'deactivate'"),
    (Transition(label='no such'), "'no such'"),
])
def test_a_transition_that_cannot_be_made_now_is_refused(
    start: Start, wanted: Transition, word: str,
) -> None:
    node, client = start(parameters={'autostart': 'false'})
    assert not client.change_state(wanted)
    client.wait('the reason', lambda: (
        f'the transition {word} is refused: the node is unconfigured; from there it can make: '
        'configure (1), shutdown (5)') in node.log)
    assert client.change_state(CONFIGURE)
    assert not client.change_state(CONFIGURE)
    assert client.lifecycle() == 'inactive'


def test_after_its_shutdown_a_node_refuses_every_transition(start: Start) -> None:
    node, client = start(parameters={'autostart': 'false'})
    assert client.change_state(Transition(label='shutdown'))
    for number in range(10):
        assert not client.change_state(Transition(id=number))
    assert client.lifecycle() == 'finalized'
    assert 'start it again' in node.log
    client.wait('diagnostics', lambda: client.value('lifecycle') == 'finalized')
    assert 'is finalized' in client.diagnosis()[0]
    assert 'ros2 lifecycle set' not in client.diagnosis()[0]

"""The tracker's parameters through the console, and the console's own."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import fields

import pytest
from ros.client import Client
from ros.console_robot import ConsoleRobot
from ros.node_process import NodeProcess
from ros.node_thread import NodeThread

from rat_tracker.console.replies import ParameterInfo
from rat_tracker.console.requests import ParameterChange
from rat_tracker.console.robot import RobotUnavailable
from rat_tracker.ros.console import ros_bridge
from rat_tracker.ros.tracker.settings import TrackerSettings


@pytest.fixture(scope='module')
def shared_robot(client: Client) -> Iterator[ConsoleRobot]:
    robot = ConsoleRobot(client)
    yield robot
    robot.close()


@pytest.fixture
def robot(shared_robot: ConsoleRobot, node: NodeThread) -> ConsoleRobot:
    return shared_robot


@pytest.fixture
def listed(robot: ConsoleRobot) -> dict[str, ParameterInfo]:
    return {info.name: info for info in robot.ask('parameters')}


def change(robot: ConsoleRobot, name: str, value: bool | float | str) -> tuple[bool, str]:
    reply = robot.ask('change', ParameterChange(name, value))
    return reply.accepted, reply.message


def test_every_parameter_is_listed_with_what_is_known_of_it(
    listed: dict[str, ParameterInfo],
) -> None:
    assert set(listed) == {item.name for item in fields(TrackerSettings)} | {'use_sim_time'}
    for item in fields(TrackerSettings):
        info, stated = listed[item.name], item.metadata
        assert (type(info.value), info.value) == (type(item.default), item.default)
        assert info.description.startswith(stated['description'])
        assert info.choices == stated['choices']
        assert (info.low, info.high) == (stated['between'] or (None, None))
        assert info.changeable is not (stated['at_configure'] or stated['read_only'])


@pytest.mark.parametrize(('name', 'value', 'expected', 'words'), [
    ('click_delay', 0.25, 0.25, 'click_delay is 0.25'),
    ('click_delay', 1, 1.0, 'click_delay is 1.0'),
    ('buffer_megabytes', 100.0, 100, 'buffer_megabytes is 100'),
    ('on_time_jump', 'keep', 'keep', "on_time_jump is 'keep'"),
    ('use_sim_time', True, True, 'use_sim_time is true'),
])
def test_a_value_is_set_as_the_type_that_was_declared(
    robot: ConsoleRobot, listed: dict[str, ParameterInfo], name: str, value: float | str,
    expected: object, words: str,
) -> None:
    assert change(robot, name, value) == (True, words)
    now = {info.name: info.value for info in robot.ask('parameters')}
    assert (type(now[name]), now[name]) == (type(expected), expected)
    assert change(robot, name, listed[name].value)[0]


@pytest.mark.parametrize(('name', 'value', 'words'), [
    ('click_delay', 100.0, ['out of range']),
    ('click_delay', 5.0, ['above buffer_seconds']),
    ('click_delay', '0.5', ['click_delay is a number', "'0.5'"]),
    ('click_delay', True, ['click_delay is a number', 'true is not']),
    ('click_delay', 10 ** 400, ['is a number']),
    ('buffer_megabytes', 1.5, ['a whole number', '1.5']),
    ('buffer_megabytes', 10 ** 30, ['a whole number']),
    ('buffer_megabytes', True, ['a whole number']),
    ('on_time_jump', 'never', ["'never'", 'clear, keep']),
    ('on_time_jump', 1, ['is text', '1 is not']),
    ('use_sim_time', 1, ['true or false', '1 is not']),
    ('tracker', 'rar', ['read when the node is configured']),
    ('autostart', False, ['read-only']),
    ('no_such_thing', 1.0, ['/tracker_node has no parameter no_such_thing']),
    ('start_type_description_service', False, ['has no parameter']),
    ('qos_overrides./image_raw.subscription.depth', 3, ['has no parameter']),
])
def test_a_change_that_cannot_be_is_refused_with_the_reason(
    robot: ConsoleRobot, name: str, value: bool | float | str, words: list[str],
) -> None:
    accepted, message = change(robot, name, value)
    assert not accepted
    assert all(word in message for word in words), message


def test_what_is_read_at_configure_may_change_while_the_node_is_unconfigured(
    start: Callable[..., tuple[NodeProcess, Client]],
) -> None:
    _, client = start(parameters={'autostart': 'false'})
    robot = ConsoleRobot(client)
    try:
        assert change(robot, 'lost_after', 12) == (True, 'lost_after is 12')
    finally:
        robot.close()


def test_a_tracker_that_is_not_there_is_named_with_the_remedy(
    client: Client, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ros_bridge, '_DISCOVERY', 0.5)
    robot = ConsoleRobot(client, 'console_node', False, tracker='nobody')
    try:
        with pytest.raises(
                RobotUnavailable, match='/nobody/list_parameters is not offered') as error:
            robot.ask('parameters')
        assert 'start /nobody, or' in str(error.value)
        assert 'parameter tracker of console_node' in str(error.value)
        with pytest.raises(RobotUnavailable, match='/nobody/clear_target is not offered'):
            robot.ask('clear')
    finally:
        robot.close()

"""The follower's parameters: what is refused, what takes effect at once, and its time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from ros.robot import AHEAD
from ros.robot import ASIDE
from ros.robot import FOLLOWER
from ros.robot import Robot
from ros.starting import Start
from ros.starting import StartProcess
from rosgraph_msgs.msg import Clock

from rat_tracker.ros.follower.following import Velocity
from rat_tracker.ros.follower.node import FollowerNode
from rat_tracker.ros.messages import to_stamp

SECOND = 1_000_000_000


@pytest.fixture
def following(start: Start) -> Robot:
    """Start a follower that drives."""
    node, client = start(create=FollowerNode, parameters={'stamped': True})
    robot = Robot(client, node)
    robot.pose = AHEAD
    robot.await_drive()
    return robot


@pytest.mark.parametrize(('name', 'value', 'words'), [
    ('distance', 0.0, ['out of range']),
    ('max_linear_speed', 'fast', ['type']),
    ('max_linear_acceleration', 0.0, ['out of range']),
    ('distance_dead_zone', 2.0, ['2 m', 'distance, 1.5 m']),
    ('stamped', False, ['read-only']),
])
def test_a_change_that_cannot_be_is_refused_with_its_reason_while_the_robot_drives(
    following: Robot, name: str, value: object, words: list[str],
) -> None:
    verdict = following.set_parameter(name, value)
    assert not verdict.successful
    assert all(word in verdict.reason for word in words), verdict.reason
    following.commands.clear()
    following.await_drive()


def test_a_lower_speed_holds_from_then_on(following: Robot) -> None:
    following.wait('full speed', lambda: following.velocity.linear > 0.4)
    assert following.set_parameter('max_linear_speed', 0.2).successful
    changed = following.stamp()
    following.wait('a lower speed', lambda: (
        following.commands[-1].stamp > changed and following.velocity.linear <= 0.2))
    assert all(item.velocity.linear <= 0.2 for item in following.await_commands(10))


def test_another_rate_holds_from_then_on(following: Robot) -> None:
    assert following.set_parameter('rate', 5.0).successful
    changed = following.stamp()
    following.wait('the next command', lambda: following.commands[-1].stamp > changed)
    stamps = [item.stamp for item in following.await_commands(4)]
    assert (stamps[-1] - stamps[0]) / (len(stamps) - 1) > 0.15 * SECOND


def test_a_rate_that_changes_again_and_again_does_not_put_off_the_stop(
    following: Robot,
) -> None:
    rates = cycle((5.0, 5.5))

    def stops() -> bool:
        assert following.set_parameter('rate', next(rates)).successful
        return following.velocity == Velocity()
    following.pose = None
    following.wait('the robot to stop', stops)


def test_when_it_is_not_enabled_it_stops_and_leaves_the_robot_to_others(
    following: Robot,
) -> None:
    assert following.set_parameter('enabled', False).successful
    following.await_stop()
    following.await_log('standing still', 'enabled')
    following.await_silence()
    assert following.set_parameter('enabled', True).successful
    following.await_drive()


@pytest.mark.parametrize(('parameters', 'words'), [
    ({'distance': 100.0}, ['distance', 'out of range']),
    ({'distance': '"near"'}, ['distance', 'type']),
    ({'distance': 2}, ["'distance' to '2' of type 'INTEGER'", 'its default is written, 1.5']),
    ({'enabled': '"yes"'}, ['enabled', 'its default is written, true']),
    ({'distance': 1.0, 'distance_dead_zone': 1.5}, ['distance_dead_zone', '1.5 m']),
])
def test_it_does_not_start_with_wrong_parameters_and_says_which(
    start_process: StartProcess, parameters: dict[str, Any], words: list[str],
) -> None:
    node, _ = start_process(program=FOLLOWER, parameters=parameters)
    assert node.wait() == 2
    (line,) = (line for line in node.log.splitlines() if 'cannot be started' in line)
    assert all(word in line for word in words), line


@pytest.fixture
def simulated(start: Start) -> Robot:
    """Start a follower in simulated time, which goes on with ``robot.tick``."""
    node, client = start(
        create=FollowerNode, parameters={'stamped': True, 'use_sim_time': True})
    robot = Robot(client, node)
    clock = client.node.create_publisher(Clock, '/clock', 1)
    client.wait('a subscription to /clock', clock.get_subscription_count)
    time = 100 * SECOND

    def tick(seconds: float = 0.02) -> None:
        nonlocal time
        time += int(seconds * SECOND)
        clock.publish(Clock(clock=to_stamp(time)))
    robot.stamp = lambda: time
    robot.tick = tick  # type: ignore[attr-defined]
    return robot


def advance(robot: Robot, what: str, condition: Callable[[], Any]) -> None:
    """Let simulated time pass until a condition holds."""
    def ticked() -> Any:
        robot.tick()  # type: ignore[attr-defined]
        return condition()
    robot.wait(what, ticked)


def test_in_simulated_time_it_follows_and_begins_anew_when_time_jumps_back(
    simulated: Robot,
) -> None:
    simulated.pose = ASIDE
    advance(simulated, 'the robot to drive', lambda: simulated.velocity.linear > 0.1)
    simulated.pose = None
    simulated.tick(-50.0)  # type: ignore[attr-defined]
    advance(simulated, 'a stop', lambda: (
        simulated.velocity.linear == 0 and simulated.velocity.angular == 0))
    simulated.pose = ASIDE
    advance(simulated, 'the robot to drive', lambda: simulated.velocity.linear > 0.1)


def test_when_simulated_time_stands_still_so_does_the_robot(simulated: Robot) -> None:
    simulated.pose = ASIDE
    advance(simulated, 'the robot to drive', lambda: simulated.velocity.linear > 0.1)
    simulated.await_stop()
    simulated.await_log('standing still', 'the time on /clock stands still')

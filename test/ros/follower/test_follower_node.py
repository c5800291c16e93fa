"""The follower alone: what makes the robot go, what stops it, and that it stops for good."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
import math
from pathlib import Path
import signal

import pytest
from ros.robot import AHEAD
from ros.robot import ASIDE
from ros.robot import FOLLOWER
from ros.robot import Robot
from ros.robot import unit
from ros.starting import Start
from ros.starting import StartProcess

from rat_tracker.msg import Target
from rat_tracker.ros.follower.following import Velocity
from rat_tracker.ros.follower.node import FollowerNode

FAILING = Path(__file__).with_name('failing_follower_node.py')
SECOND = 1_000_000_000
TIMEOUT = 0.25  # s, the default: how old may be what the robot drives by
WITHIN = 0.3  # s in which the robot has to stand still
PATIENT = 5.0  # s, a timeout that a process which stands still for a moment does not overrun


@pytest.fixture
def robot(start: Start) -> Begin:
    """Start a follower, its poses coming whenever ``pose`` is set."""
    def begin(**parameters: object) -> Robot:
        node, client = start(create=FollowerNode, parameters={'stamped': True} | parameters)
        return Robot(client, node)
    return begin


# A machine that is busy holds any one stop up, so the time is that of the best of several.
IN_TIME = f'a stop within {WITHIN} s'
Begin = Callable[..., Robot]


def test_without_a_target_it_says_so_and_publishes_nothing(robot: Begin) -> None:
    follower = robot()
    follower.await_log('nothing has come on /pose or /bearing', 'select a target')
    assert follower.commands == []


def test_it_turns_towards_the_target_and_drives_within_its_limits(robot: Begin) -> None:
    follower = robot(max_linear_speed=0.4, max_angular_speed=0.3, max_linear_acceleration=0.5,
                     max_angular_acceleration=0.8, angular_gain=3.0)
    follower.pose = ASIDE
    follower.wait('full speed', lambda: (
        follower.velocity.linear > 0.3 and follower.velocity.angular > 0.29))
    commands = follower.commands
    assert all(0 <= item.velocity.linear <= 0.4 for item in commands)
    assert all(0 <= item.velocity.angular <= 0.3 for item in commands)
    assert {item.frame_id for item in commands} == {'base_link'}
    for before, after in combinations(commands, 2):
        passed = (after.stamp - before.stamp) / SECOND + 0.001  # it is counted by another clock
        assert after.velocity.linear - before.velocity.linear <= 0.5 * passed
        assert after.velocity.angular - before.velocity.angular <= 0.8 * passed


def test_a_target_at_its_distance_holds_the_robot_still_under_command(robot: Begin) -> None:
    follower = robot(distance=2.0)
    follower.pose = (0.0, 0.3, 2.1)
    follower.wait('commands', lambda: len(follower.commands) > 10)
    assert {item.velocity for item in follower.commands} == {Velocity()}


def test_when_poses_end_it_stops_in_time_and_is_silent_until_they_come_again(
    robot: Begin,
) -> None:
    follower = robot()

    def stops_in_time() -> bool:
        follower.pose = AHEAD
        follower.await_drive()
        follower.pose = None
        drive, stop = follower.await_stop()
        assert drive.stamp - follower.last_stamp <= TIMEOUT * SECOND
        return stop.stamp - follower.last_stamp < WITHIN * SECOND
    follower.wait(IN_TIME, stops_in_time)
    follower.await_log('standing still', 'the newest pose is')
    follower.await_silence()
    follower.pose = AHEAD
    follower.await_drive()


def test_old_poses_that_keep_coming_stop_it_too(robot: Begin) -> None:
    follower = robot()
    clock = follower.stamp
    follower.pose = AHEAD

    def stops_in_time() -> bool:
        follower.stamp = clock
        follower.await_drive()
        frozen = follower.last_stamp
        follower.stamp = lambda: frozen
        drive, stop = follower.await_stop()
        assert drive.stamp - frozen <= TIMEOUT * SECOND
        return stop.stamp - frozen < WITHIN * SECOND
    follower.wait(IN_TIME, stops_in_time)


@pytest.mark.parametrize('state', [Target.LOST, Target.SEARCHING, Target.UNCERTAIN, 77])
def test_a_state_that_is_not_tracking_stops_it_although_poses_go_on(
    robot: Begin, state: int,
) -> None:
    follower = robot()
    follower.pose = AHEAD

    def stops_in_time() -> bool:
        follower.state = Target.TRACKING
        follower.await_drive()
        follower.state = state
        changed = follower.stamp()
        _, stop = follower.await_stop()
        return stop.stamp - changed < (WITHIN + 0.05) * SECOND  # a period until it is reported
    follower.wait(IN_TIME, stops_in_time)
    follower.await_log('standing still: the target is')
    follower.state = Target.TRACKING
    follower.await_drive()


@pytest.mark.parametrize('ending', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize('stamped', [True, False])
def test_a_signal_ends_it_with_a_stop_as_its_last_word(
    start_process: StartProcess, ending: signal.Signals, stamped: bool,
) -> None:
    node, client = start_process(program=FOLLOWER, parameters={'stamped': stamped})
    follower = Robot(client, node, stamped=stamped)
    follower.pose = AHEAD
    follower.await_drive()
    assert node.stop(ending) == 0
    follower.wait('the end of cmd_vel', lambda: (
        follower.client.node.count_publishers('/cmd_vel') == 0))
    follower.await_silence()
    assert follower.velocity == Velocity()
    assert 'Traceback' not in node.log


def test_an_exception_stops_the_robot_until_it_can_be_followed_again(
    start_process: StartProcess, tmp_path: Path,
) -> None:
    fail = tmp_path / 'fail'
    node, client = start_process(
        '--fail-when', str(fail), program=FAILING, parameters={'stamped': True})
    follower = Robot(client, node)
    follower.pose = AHEAD
    follower.await_drive()
    fail.touch()
    follower.wait('the robot to stand still', lambda: follower.velocity == Velocity())
    follower.await_silence()
    assert node.running
    assert 'Timer FollowerNode._tick failed, RuntimeError: the controller is broken' in node.log
    assert 'Traceback' not in node.log
    assert node.log.count('the controller is broken') == 1
    fail.unlink()
    follower.await_drive()


def test_a_signal_while_it_stands_still_leaves_cmd_vel_to_others(
    start_process: StartProcess,
) -> None:
    node, client = start_process(program=FOLLOWER, parameters={'stamped': True})
    follower = Robot(client, node)
    follower.await_log('standing still')
    assert node.stop(signal.SIGTERM) == 0
    assert follower.commands == []


@pytest.mark.parametrize(('shift', 'words'), [
    (None, ['zero stamp', 'header.stamp']),
    (60 * SECOND, ['in the future', 'clocks']),
    (-SECOND, ['old when it arrives', 'timeout']),
    (-3600 * SECOND, ['old when it arrives', 'clocks']),
])
def test_a_pose_whose_stamp_cannot_be_right_does_not_move_it(
    robot: Begin, shift: int | None, words: list[str],
) -> None:
    follower = robot()
    clock = follower.stamp
    follower.stamp = lambda: 0 if shift is None else clock() + shift
    follower.pose = AHEAD
    follower.await_log('standing still', *words)
    assert follower.commands == []
    follower.stamp = clock
    follower.await_drive()


@pytest.mark.parametrize(('pose', 'words'), [
    ((0.0, 0.0, math.nan), 'not finite'), ((0.0, 0.0, 0.0), 'zero in all coordinates')])
def test_a_pose_that_is_none_does_not_move_it_and_loses_none_that_is_one(
    robot: Begin, pose: tuple[float, float, float], words: str,
) -> None:
    follower = robot(reverse=True, timeout=PATIENT)
    follower.pose = pose
    follower.await_log('standing still', words)
    assert follower.commands == []
    follower.pose = AHEAD
    follower.await_drive()
    for _ in range(10):
        follower.pose = pose
        follower.report()
        follower.pose = AHEAD
        follower.report()
        assert all(item.velocity.linear > 0 for item in follower.await_commands())


def test_by_a_bearing_alone_it_turns_and_does_not_drive(robot: Begin) -> None:
    follower = robot()
    follower.bearing = unit(0.5, -0.2, 1.0)
    follower.wait('the robot to turn right', lambda: follower.velocity.angular < -0.2)
    assert all(item.velocity.linear == 0 for item in follower.commands)
    follower.pose = AHEAD
    follower.await_drive()
    follower.pose = None
    follower.wait('the robot to turn only', lambda: (
        follower.velocity.linear == 0 and follower.velocity.angular < -0.2))


def test_it_says_by_what_it_follows_and_when_that_has_changed(robot: Begin) -> None:
    follower = robot(timeout=PATIENT)
    follower.bearing = unit(0.0, 0.0, 1.0)
    follower.await_log('following the target by its bearing')
    follower.pose = AHEAD
    follower.await_log('following the target by its pose')
    assert follower.node.log.count('following the target') == 2


def test_a_camera_that_looks_aside_is_taken_into_account(robot: Begin) -> None:
    follower = robot(camera_yaw=0.5)
    follower.bearing = unit(0.0, 0.0, 1.0)
    follower.wait('the robot to turn left', lambda: follower.velocity.angular > 0.2)


def test_a_pose_in_the_robots_own_frame_needs_no_transform(robot: Begin) -> None:
    follower = robot(base_frame='base_link')
    follower.frame_id = 'base_link'
    follower.pose = (3.0, 1.0, 0.0)  # ahead and to the left
    follower.await_drive()
    follower.wait('the robot to turn left', lambda: follower.velocity.angular > 0.1)


def test_it_stands_still_where_a_transform_is_wanted_and_missing(robot: Begin) -> None:
    follower = robot(base_frame='base_link')
    follower.pose = AHEAD
    follower.await_log('standing still', 'base_frame', "'base_link'")
    assert follower.commands == []
    assert follower.set_parameter('base_frame', '').successful
    follower.await_drive()

"""The follower with TF: poses of a camera whose place on the robot only the transforms tell."""

from __future__ import annotations

import math
from typing import Any

from geometry_msgs.msg import Quaternion
from geometry_msgs.msg import TransformStamped
from hypothesis import given
from hypothesis import strategies as st
import pytest
from ros.client import FRAME_ID
from ros.robot import AHEAD
from ros.robot import Robot
from ros.starting import Start

from rat_tracker.ros.follower.following import Mounting
from rat_tracker.ros.follower.node import FollowerNode
from rat_tracker.ros.follower.robot_frame import rotated

BASE = 'base_link'


def optical(yaw: float) -> Quaternion:
    """Return how a level camera's optical frame is turned that looks to the left by ``yaw``."""
    # REP 103's turn from x forward to z forward, after the turn about the upright axis.
    half, (x, y, z, w) = yaw / 2, (-0.5, 0.5, -0.5, 0.5)
    cosine, sine = math.cos(half), math.sin(half)
    return Quaternion(x=cosine * x - sine * y, y=cosine * y + sine * x,
                      z=cosine * z + sine * w, w=cosine * w - sine * z)


@given(st.floats(-3, 3), st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_a_quaternion_turns_as_the_mounting_does_that_says_the_same(
    yaw: float, x: float, y: float, z: float,
) -> None:
    assert rotated(optical(yaw), (x, y, z)) == pytest.approx(
        Mounting(yaw=yaw).rotate((x, y, z)), abs=1e-9)


@pytest.fixture
def robot(start: Start) -> Robot:
    """Start a follower that wants a transform."""
    pytest.importorskip('tf2_ros', reason='tf2_ros is not installed; source a ROS 2 that has it')
    node, client = start(create=FollowerNode, parameters={
        'stamped': True, 'base_frame': BASE, 'timeout': 1.0})
    return Robot(client, node)


def transform(robot: Robot, yaw: float, forward: float) -> TransformStamped:
    message = TransformStamped(child_frame_id=FRAME_ID)
    message.header.frame_id = BASE
    message.header.stamp = robot.client.node.get_clock().now().to_msg()
    message.transform.translation.x = forward
    message.transform.rotation = optical(yaw)
    return message


def static(robot: Robot, yaw: float, forward: float) -> Any:
    from tf2_ros import StaticTransformBroadcaster  # noqa: PLC0415 - it is not everywhere
    broadcaster = StaticTransformBroadcaster(robot.client.node)
    broadcaster.sendTransform(transform(robot, yaw, forward))
    return broadcaster


def test_it_stands_until_the_transform_comes_and_then_turns_as_that_says(robot: Robot) -> None:
    robot.pose = AHEAD
    robot.await_log('standing still', f"there is no transform from '{FRAME_ID}'", BASE)
    assert robot.commands == []
    broadcaster = static(robot, yaw=0.5, forward=0.3)
    robot.await_drive()
    robot.wait('the robot to turn left', lambda: robot.velocity.angular > 0.3)
    assert broadcaster


def test_the_distance_counts_from_the_robots_own_frame(robot: Robot) -> None:
    broadcaster = static(robot, yaw=0.0, forward=1.5)
    robot.pose = (0.0, 0.0, 1.0)  # 1 m from the camera, and 2.5 m from the robot
    robot.await_drive()
    assert broadcaster


def test_a_head_that_turns_is_followed_and_one_that_falls_silent_stops_the_robot(
    robot: Robot,
) -> None:
    from tf2_ros import TransformBroadcaster  # noqa: PLC0415 - it is not everywhere
    broadcaster = TransformBroadcaster(robot.client.node)
    angle = 0.6
    timer = robot.client.node.create_timer(
        0.02, lambda: broadcaster.sendTransform(transform(robot, angle, 0.0)))
    stamp = robot.stamp
    robot.stamp = lambda: stamp() - 100_000_000  # poses are later than transforms
    robot.pose = AHEAD
    robot.wait('the robot to turn left', lambda: robot.velocity.angular > 0.3)
    angle = -0.6
    robot.wait('the robot to turn right', lambda: robot.velocity.angular < -0.3)
    timer.cancel()
    robot.await_stop()
    robot.await_log('standing still', 'extrapolation')

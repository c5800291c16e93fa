"""The simulated robot as other nodes see it: a camera's topics, wheels, and the truth."""

from __future__ import annotations

import math
import signal
from typing import Any

from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import Twist
from geometry_msgs.msg import TwistStamped
import numpy as np
import pytest
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from ros.client import Client
from ros.node_process import ROOT
from ros.starting import Start
from ros.starting import StartProcess
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage
from std_srvs.srv import Trigger

from rat_tracker.msg import Target
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.simulation.node import SimulatedRobot

PROGRAM = ROOT / 'rat_tracker' / 'ros' / 'simulation' / 'node.py'
IMAGE, INFO, DEPTH = '/image_raw', '/camera_info', '/depth/image_raw'
TRUTH, VIEW, POSE = '/simulated_robot/truth', '/simulated_robot/view', '/simulated_robot/true_pose'
ROBOT, PERSON = '/simulated_robot/robot_pose', '/simulated_robot/person_pose'


def by_stamp(client: Client, topic: str) -> dict[int, Any]:
    return {nanoseconds(message.header.stamp): message for message in client.received[topic]}


def subscribe(client: Client, *topics: tuple[type, str]) -> None:
    for kind, topic in topics:
        client.subscribe(kind, topic)


def moments(client: Client, *topics: str) -> list[int]:
    """Return the stamps of which all these topics have a message."""
    return sorted(set.intersection(*(set(by_stamp(client, topic)) for topic in topics)))


def walked(client: Client) -> bool:
    """Whether the person was seen further away than where it waits."""
    return any(message.pose.position.x > 2.6 for message in client.received[PERSON])


@pytest.mark.parametrize('encoding', ['16UC1', '32FC1'])
def test_image_depth_calibration_and_truth_are_of_one_moment_and_agree(
    start: Start, encoding: str,
) -> None:
    _, client = start(create=SimulatedRobot, parameters={
        'start_paused': 'true', 'depth_encoding': encoding})
    subscribe(client, (ImageMessage, IMAGE), (ImageMessage, DEPTH), (CameraInfo, INFO),
              (Target, TRUTH), (PoseStamped, POSE))
    topics = (IMAGE, DEPTH, INFO, TRUTH, POSE)
    stamps = client.wait('a moment with all of it', lambda: moments(client, *topics))
    image, depth, info, truth, pose = (by_stamp(client, topic)[stamps[-1]] for topic in topics)
    assert {message.header.frame_id for message in (image, depth, info, truth, pose)} == {
        'camera_optical_frame'}
    assert (image.width, image.height) == (depth.width, depth.height) == (320, 240)
    assert (info.width, info.height) == (320, 240)
    assert to_bgr(image).std() > 10
    box, point = from_box(truth.box), pose.pose.position
    assert truth.state == Target.TRACKING
    box.require_inside(320, 240)
    # The calibration leads from the point to the middle of the box.
    assert info.k[0] * point.x / point.z + info.k[2] + 0.5 == pytest.approx(box.center_x)
    assert info.k[4] * point.y / point.z + info.k[5] + 0.5 == pytest.approx(box.center_y)
    kind, unit = (np.uint16, 1000) if encoding == '16UC1' else (np.float32, 1)
    values = np.frombuffer(depth.data, kind).reshape(240, 320)
    assert depth.step == values.strides[0]
    assert values[int(box.center_y), int(box.center_x)] / unit == pytest.approx(
        point.z, abs=0.001)
    far = values[112:118, 215]  # the wall at the end is further than such cameras measure
    assert not far.any() if encoding == '16UC1' else np.isnan(far).all()


@pytest.mark.parametrize('reliability', list(ReliabilityPolicy)[1:3])
def test_reliable_and_best_effort_subscribers_both_get_images(
    start: Start, reliability: ReliabilityPolicy,
) -> None:
    _, client = start(create=SimulatedRobot)
    seen: list[ImageMessage] = []
    client.node.create_subscription(
        ImageMessage, IMAGE, seen.append, QoSProfile(depth=1, reliability=reliability))
    client.wait('an image', lambda: seen)


@pytest.mark.parametrize('stamped', [False, True])
def test_it_drives_as_it_is_told_and_stands_when_nobody_tells_it_any_more(
    start: Start, stamped: bool,
) -> None:
    _, client = start(create=SimulatedRobot, parameters={'stamped': stamped})
    subscribe(client, (PoseStamped, ROBOT), (PoseStamped, PERSON))
    wheels = client.node.create_publisher(TwistStamped if stamped else Twist, '/cmd_vel', 1)
    client.wait('the robot', wheels.get_subscription_count)
    twist = Twist()
    twist.linear.x, twist.angular.z = 0.5, 0.2

    def place() -> Any:
        return client.received[ROBOT][-1].pose if client.received[ROBOT] else None

    def driven() -> bool:
        wheels.publish(TwistStamped(twist=twist) if stamped else twist)
        return place() is not None and place().position.x > 0.3
    client.wait('the person', lambda: client.received[PERSON])
    assert client.received[PERSON][-1].pose.position.x == 2.5  # waits for the robot
    client.wait('the robot to drive', driven)
    assert place().position.y > 0
    assert place().orientation.z > 0

    def stands() -> bool:
        last = [message.pose for message in client.received[ROBOT][-5:]]
        return len(last) == 5 and all(pose == last[0] for pose in last)
    client.wait('the robot to stand', stands)
    client.wait('the person to walk', lambda: walked(client))


@pytest.mark.parametrize('value', [math.nan, math.inf])
def test_a_velocity_that_is_not_finite_is_passed_over_and_named(
    start: Start, value: float,
) -> None:
    node, client = start(create=SimulatedRobot)
    subscribe(client, (PoseStamped, ROBOT), (ImageMessage, VIEW))
    wheels = client.node.create_publisher(Twist, '/cmd_vel', 1)
    client.wait('the robot', wheels.get_subscription_count)
    twist = Twist()
    twist.linear.x = value

    def named() -> bool:
        wheels.publish(twist)
        assert node.running, node.log
        return 'cmd_vel is not finite' in node.log
    client.wait('the fault in the log', named)
    before = len(client.received[VIEW])
    client.wait('views that go on', lambda: len(client.received[VIEW]) > before + 1)
    client.wait('the robot', lambda: client.received[ROBOT])
    assert client.received[ROBOT][-1].pose.position.x == 0


def test_a_paused_person_stands_until_it_is_resumed(start: Start) -> None:
    _, client = start(create=SimulatedRobot, parameters={'start_paused': 'true'})
    subscribe(client, (PoseStamped, PERSON))

    def watched() -> float:
        stamps = by_stamp(client, PERSON)
        return (max(stamps) - min(stamps)) / 1e9 if stamps else 0.0
    client.wait('three seconds', lambda: watched() > 3)
    assert len({message.pose.position.x for message in client.received[PERSON]}) == 1
    resumed = client.call(
        Trigger, '/simulated_robot/resume', Trigger.Request(), repeat=False)
    assert resumed.success
    client.wait('steps', lambda: walked(client))
    again = client.call(Trigger, '/simulated_robot/resume', Trigger.Request())
    assert not again.success
    assert 'already' in again.message


def test_the_view_from_above_is_there_for_subscribers(start_process: StartProcess) -> None:
    node, client = start_process(program=PROGRAM)
    subscribe(client, (ImageMessage, VIEW))
    view = client.wait('a view', lambda: client.received[VIEW])[-1]
    assert to_bgr(view).std() > 10
    assert 'select_target --box 135,54,50,141' in node.log
    assert node.stop(signal.SIGINT) == 0
    assert 'Traceback' not in node.log


@pytest.mark.parametrize(('namespace', 'end'), [
    ('/', '--box 135,54,50,141'),
    ('/robot', '--box 135,54,50,141 --node /robot/tracker_node'),
    ('/fleet/robot_1', '--box 135,54,50,141 --node /fleet/robot_1/tracker_node'),
])
def test_the_command_that_selects_the_person_asks_the_tracker_of_the_same_namespace(
    start: Start, namespace: str, end: str,
) -> None:
    node, _ = start('-r', f'__ns:={namespace}', create=SimulatedRobot)
    assert node.log.splitlines()[0].endswith(f'.select_target {end}')


@pytest.mark.parametrize(('name', 'value', 'words'), [
    ('depth_encoding', 'mono8', ["'mono8'", '16UC1, 32FC1']),
    ('width', 10, ['width', 'out of range']),
])
def test_wrong_parameters_are_named_and_end_it(
    start_process: StartProcess, name: str, value: object, words: list[str],
) -> None:
    node, _ = start_process(program=PROGRAM, parameters={name: value})
    assert node.wait() == 2
    assert all(word in node.log for word in words), node.log

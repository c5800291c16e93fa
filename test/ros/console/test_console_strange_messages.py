"""Messages that no tracker sends do no harm: they are passed over, and what is good is shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import cycle
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
from diagnostic_msgs.msg import KeyValue
import pytest
from rclpy.qos import DurabilityPolicy
from rclpy.qos import QoSProfile
from ros.client import Client
from ros.client import NODE
from ros.console_robot import ConsoleRobot
from ros.console_robot import LONG
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.msg import Box
from rat_tracker.msg import Target
from rat_tracker.ros.console import problems


@pytest.fixture(scope='module')
def shared_robot(client: Client) -> Iterator[ConsoleRobot]:
    robot = ConsoleRobot(client)
    robot.watch()
    yield robot
    robot.close()


@pytest.fixture
def robot(shared_robot: ConsoleRobot) -> ConsoleRobot:
    """Return a robot that listens to what this test says in a tracker's name."""
    shared_robot.events.clear()
    return shared_robot


def publisher(client: Client, kind: type, topic: str) -> Any:
    made = client.node.create_publisher(kind, topic, QoSProfile(
        depth=10, durability=DurabilityPolicy.TRANSIENT_LOCAL))
    client.wait('the robot to listen', made.get_subscription_count, LONG)
    return made


def diagnostics(topic: str) -> DiagnosticArray:
    return DiagnosticArray(status=[DiagnosticStatus(
        name='tracker_node: tracking', values=[KeyValue(key='image_topic', value=topic)])])


@pytest.mark.parametrize('name', ['two words', 'relative', '/' + 'x' * 300, '/camera//image'])
def test_a_topic_that_can_have_no_such_name_is_not_listened_to(
    client: Client, robot: ConsoleRobot, name: str,
) -> None:
    sender = publisher(client, DiagnosticArray, '/diagnostics')

    def reported(topic: str) -> bool:
        sender.publish(diagnostics(topic))
        return any(isinstance(event, DiagnosticsEvent) and event.values['image_topic'] == topic
                   for event in robot.events)
    for topic in (name, '/camera/image'):
        client.wait('word of it', partial(reported, topic), LONG)
    assert not robot.failed
    client.node.destroy_publisher(sender)


@pytest.mark.parametrize('strange', [
    Target(state=9), Target(score=float('nan')), Target(box=Box(x=float('inf')))])
@pytest.mark.parametrize('topic', ['target', 'state'])
def test_a_result_that_no_tracker_gives_is_passed_over(
    client: Client, robot: ConsoleRobot, topic: str, strange: Target,
    request: pytest.FixtureRequest,
) -> None:
    sender = publisher(client, Target, f'{NODE}/{topic}')

    good = Target(id=request.node.name, state=Target.TRACKING)
    messages = cycle([*10 * [strange], good])  # of two at once only the second would be taken

    def reported() -> bool:
        sender.publish(next(messages))
        return sum(isinstance(event, TargetEvent) and event.id == good.id
                   for event in robot.events) >= 2
    client.wait('the good ones', reported, LONG)
    assert '' not in {event.id for event in robot.events if isinstance(event, TargetEvent)}
    assert not robot.failed
    client.node.destroy_publisher(sender)


def test_a_topic_that_the_process_knows_with_another_type_is_taken_up_later(
    client: Client, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The list of topics listens to a name of two types with the one that comes first."""
    monkeypatch.setattr(problems, '_QUIET', 0.5)
    robot = ConsoleRobot(client, 'another_console', image_topic='/both')
    measured: list[Any] = []
    robot.do(lambda: measured.append(robot.node.create_subscription(
        CompressedImage, '/both', lambda message: None, 1)))
    client.wait('the other subscription', lambda: measured, LONG)
    sender = client.node.create_publisher(Image, '/both', 1)
    client.wait('the robot to know the camera', lambda: any(
        info.node_name == 'client' for info in
        robot.node.get_publishers_info_by_topic('/both')), LONG)
    robot.watch()
    robot.wait_for_problem('there is no tracker')  # so it has looked for images, too
    assert not robot.failed
    robot.do(lambda: robot.node.destroy_subscription(measured[0]))
    client.wait('the robot to listen', sender.get_subscription_count, LONG)
    robot.close()
    client.node.destroy_publisher(sender)

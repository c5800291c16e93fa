"""A problem is reported while it lasts; what comes back is shown again by itself."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
import itertools
from pathlib import Path
from typing import Any

import cv2
import pytest
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from ros import scene
from ros.client import ACTIVATE
from ros.client import Client
from ros.client import DEACTIVATE
from ros.console_robot import ConsoleRobot
from ros.console_robot import feed_of
from ros.console_robot import LONG
from ros.node_process import NodeProcess
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.console.events import Picture
from rat_tracker.ros.console.problems import find_problem
from rat_tracker.ros.console.problems import Observations
from rat_tracker.ros.messages import to_image
from rat_tracker.ros.runs.processes.domain import reserved_domain

Watch = Callable[..., ConsoleRobot]
LATER = 1000  # number of an image after all that were sent to see a picture
WELL = Observations(
    now=100.0, since=50.0, tracker='/tracker_node', present=True, appeared=50.0,
    last_diagnostics=99.5, lifecycle='active', report='TRACKING', topic='/image_raw',
    publishers=1, types='', incompatible='', last_image=99.9, fault='')


@pytest.mark.parametrize(('observed', 'words'), [
    (WELL, []),
    (replace(WELL, present=False), ['no tracker at /tracker_node', 'ros2 run rat_tracker']),
    (replace(WELL, present=False, since=99.0), []),
    (replace(WELL, last_diagnostics=90.0), ['says nothing on /diagnostics']),
    (replace(WELL, last_diagnostics=float('-inf'), since=99.0, lifecycle=''), []),
    (replace(WELL, last_diagnostics=float('-inf'), appeared=99.0, lifecycle=''), []),
    (replace(WELL, lifecycle='inactive', report='the node is inactive; run: x'),
     ['/tracker_node: the node is inactive; run: x']),
    (replace(WELL, topic=''), []),
    (replace(WELL, topic='', types='/chatter carries std_msgs/msg/String, which holds no images; '
             'run: x'), ['/chatter carries std_msgs/msg/String']),
    (replace(WELL, fault="image encoding 'x' is not supported"), ['/image_raw', 'not supported']),
    (replace(WELL, last_image=90.0, publishers=0), ['no publisher on /image_raw', 'remap']),
    (replace(WELL, last_image=90.0, incompatible='RELIABILITY'),
     ['QoS', '(RELIABILITY)', 'qos_overrides./image_raw.subscription']),
    (replace(WELL, last_image=90.0), ['no image came on /image_raw for 10 s', 'shared memory']),
])
def test_a_problem_names_what_is_wrong_and_the_remedy(
    observed: Observations, words: list[str],
) -> None:
    line = find_problem(observed)
    assert bool(line) is bool(words)
    assert all(word in line for word in words), line
    assert '\n' not in line


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Watch a client's domain; the end of the test ends it."""
    with ExitStack() as stack:
        def watch(client: Client, **values: object) -> ConsoleRobot:
            robot = ConsoleRobot(client, 'console_node', True, **values)
            stack.callback(robot.close)
            robot.watch()
            return robot
        yield watch


def picture(client: Client, robot: ConsoleRobot, send: Callable[[int], None],
            good: Callable[[Picture], bool] = lambda picture: True) -> Picture:
    """Send images, five per second, until the robot shows a good one."""
    feed = feed_of(send)

    def come() -> Picture | None:
        feed()
        return next((picture for picture in pictures() if good(picture)), None)
    with robot.pictures(0, False) as pictures:
        shown: Picture = client.wait('a picture', come, LONG)
    return shown


def sender(client: Client, kind: type = ImageMessage, topic: str = '/image_raw',
           reliability: ReliabilityPolicy = ReliabilityPolicy.BEST_EFFORT) -> Any:
    return client.node.create_publisher(kind, topic, QoSProfile(depth=1, reliability=reliability))


@pytest.fixture
def alone() -> Iterator[Client]:
    """Return a client on a domain without a tracker."""
    with reserved_domain() as domain:
        client = Client(domain)
        yield client
        client.close()


def tracker(client: Client, log: Path, *arguments: str, **options: Any) -> NodeProcess:
    return NodeProcess(client.node.context.get_domain_id(), log, *arguments, **options)


def image(client: Client, index: int) -> ImageMessage:
    return to_image(scene.picture(index), 'bgr8', client.header(index))


@pytest.mark.whole
def test_without_a_tracker_the_problem_names_it_and_a_named_topic_is_shown(
    alone: Client, watch: Watch, tmp_path: Path,
) -> None:
    robot = watch(alone, image_topic='camera/image')
    robot.wait_for_problem('there is no tracker at /tracker_node')
    publisher = sender(alone, topic='/camera/image')
    shown = picture(alone, robot, lambda index: publisher.publish(image(alone, index)))
    assert (shown.target, shown.width) == (None, 320)
    with tracker(alone, tmp_path / 'log'):
        alone.wait('no word about the tracker', lambda: (
            'no tracker' not in robot.problem), LONG)
    robot.wait_for_problem('there is no tracker at /tracker_node')


@pytest.mark.whole
def test_a_tracker_that_ended_and_was_started_anew_on_other_images_is_found_again(
    alone: Client, watch: Watch, tmp_path: Path,
) -> None:
    def send(index: int) -> None:
        alone.send(index, scene.picture(index))
    with tracker(alone, tmp_path / 'first'):
        alone.ready(LONG)
        robot = watch(alone)
        alone.camera()
        picture(alone, robot, send, lambda picture: picture.target is not None)
    robot.wait_for_problem('there is no tracker')
    alone.begin()
    picture(alone, robot, send, lambda picture: picture.target is None)
    arguments = ('--ros-args', '-r', 'image_raw:=other/image_raw')
    with tracker(alone, tmp_path / 'second', *arguments,
                 parameters={'image_transport': 'compressed'}):
        alone.wait('its diagnostics', lambda: (
            alone.value('image_topic') == '/other/image_raw/compressed'), LONG)
        alone.ready(LONG)
        alone.begin()
        publisher = sender(alone, CompressedImage, '/other/image_raw/compressed')
        data = cv2.imencode('.jpg', scene.picture(0))[1].tobytes()

        def send_compressed(index: int) -> None:
            publisher.publish(CompressedImage(
                header=alone.header(index), format='jpeg', data=data))
        shown = picture(alone, robot, send_compressed, lambda picture: picture.target is not None)
        assert shown.image == data
        robot.wait_for_no_problem(feed_of(send_compressed, LATER))


def test_a_camera_that_is_not_there_goes_silent_or_offers_too_little_is_reported(
    start: Callable[..., tuple[NodeProcess, Client]], watch: Watch,
) -> None:
    _, client = start()
    client.ready(LONG)
    robot = watch(client, **{
        'qos_overrides./image_raw.subscription.reliability': 'reliable'})
    robot.wait_for_problem('there is no publisher on /image_raw')
    publisher = sender(client)
    robot.wait_for_problem('does not match (RELIABILITY)')
    client.node.destroy_publisher(publisher)
    robot.wait_for_problem('there is no publisher on /image_raw')
    publisher = sender(client, reliability=ReliabilityPolicy.RELIABLE)
    robot.wait_for_problem('no image came on /image_raw')

    def publish(index: int) -> None:
        publisher.publish(image(client, index))
    picture(client, robot, publish)
    robot.wait_for_no_problem(feed_of(publish, LATER))


def test_images_that_cannot_be_read_are_reported_and_do_no_harm(
    start: Callable[..., tuple[NodeProcess, Client]], watch: Watch,
) -> None:
    _, client = start()
    client.ready(LONG)
    robot = watch(client)
    publisher = client.camera()

    def send_bad(index: int) -> None:
        publisher.publish(ImageMessage(
            header=client.header(index), encoding='rgb9', width=1, height=1, step=4,
            data=bytes(4)))
    with robot.pictures(0, False) as pictures:
        numbers = itertools.count()

        def reported() -> bool:
            send_bad(next(numbers))
            assert not pictures()
            return "'rgb9' is not supported" in robot.problem
        client.wait('the fault', reported, LONG)
    client.begin()
    picture(client, robot, lambda index: client.send(index, scene.picture(index)))
    robot.wait_for_no_problem(feed_of(
        lambda index: client.send(index, scene.picture(index)), LATER))
    assert not robot.failed


@pytest.mark.whole
def test_a_node_that_is_inactive_says_how_to_activate_it(
    start: Callable[..., tuple[NodeProcess, Client]], watch: Watch,
) -> None:
    _, client = start()
    client.ready(LONG)
    robot = watch(client)
    assert client.change_state(DEACTIVATE)
    robot.wait_for_problem('run: ros2 lifecycle set /tracker_node activate')
    assert client.change_state(ACTIVATE)
    client.camera()
    picture(client, robot, lambda index: client.send(index, scene.picture(index)))
    robot.wait_for_no_problem(feed_of(
        lambda index: client.send(index, scene.picture(index)), LATER))

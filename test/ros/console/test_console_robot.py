"""What is behind the page: a real tracker's node, its camera, its services and its events."""

from __future__ import annotations

from collections.abc import Iterator
import time
from typing import Any

import cv2
import numpy as np
import pytest
from ros import scene
from ros.client import Client
from ros.client import FRAME_ID
from ros.client import NODE
from ros.console_robot import ConsoleRobot
from ros.console_robot import feed_of
from ros.console_robot import LONG
from ros.node_thread import NodeThread

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import Picture
from rat_tracker.console.events import SelectionEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.console.requests import BoxSelection
from rat_tracker.console.requests import PointSelection
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.ros.messages import nanoseconds


@pytest.fixture(scope='module')
def shared_robot(client: Client) -> Iterator[ConsoleRobot]:
    robot = ConsoleRobot(client)
    yield robot
    robot.close()


@pytest.fixture
def robot(
    shared_robot: ConsoleRobot, client: Client, node: NodeThread,
) -> Iterator[ConsoleRobot]:
    """Return a robot at which nobody looks."""
    yield shared_robot
    shared_robot.unwatch()
    client.wait('the robot to rest', lambda: listeners(client) <= 1, LONG)
    shared_robot.events.clear()


@pytest.fixture
def watched(robot: ConsoleRobot, client: Client) -> ConsoleRobot:
    """Return a robot whose camera somebody looks at."""
    robot.watch()
    client.wait('the robot to listen to the camera', lambda: listeners(client) == 2, LONG)
    return robot


def listeners(client: Client, topic: str = '/image_raw') -> int:
    return len(client.node.get_subscriptions_info_by_topic(topic))


def stamp(client: Client, index: int) -> str:
    return str(nanoseconds(client.stamp(index)))


def pixels(picture: Picture) -> Image:
    image = cv2.imdecode(np.frombuffer(picture.image, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)


def show(
    client: Client, robot: ConsoleRobot, index: int, after: int = 0, attention: bool = False,
) -> Picture:
    """Publish an image until the robot shows it with the tracker's answer."""
    again = 0.0

    def shown() -> Picture | None:
        nonlocal again
        if time.monotonic() > again:  # best effort loses an image now and then
            client.send(index, scene.picture(index))
            again = time.monotonic() + 2.0
        return next((picture for picture in come() if picture.target is not None
                     and picture.stamp == stamp(client, index)), None)
    with robot.pictures(after, attention) as come:
        picture: Picture = client.wait(f'picture {index} with its target', shown, LONG)
    return picture


def lit(client: Client, robot: ConsoleRobot, number: int) -> Picture:
    """Return a picture with its attention; without, if that does not come in a while.

    It is drawn beside the tracking, so that the picture may be there first.
    """
    end = time.monotonic() + 3.0

    def shown() -> Picture | None:
        picture = robot.picture(number - 1, attention=True)
        return picture if picture.attention or time.monotonic() > end else None
    picture: Picture = client.wait(f'picture {number}', shown, LONG)
    return picture


def test_a_picture_comes_with_the_result_for_this_very_image(
    client: Client, watched: ConsoleRobot,
) -> None:
    client.show(0, scene.picture(0))
    client.select(scene.red_box(0))
    number = 0
    for index in range(1, 8):
        picture = show(client, watched, index, number)
        assert picture.number > number
        number = picture.number
        assert (picture.frame_id, picture.width, picture.height) == (FRAME_ID, 320, 240)
        assert picture.target is not None
        assert picture.target.stamp == stamp(client, index)
        assert picture.target.state == 'TRACKING'
        assert picture.target.box == scene.red_box(index).values
        assert np.abs(pixels(picture).astype(int) - scene.picture(index)).mean() < 8


def test_events_report_the_target_and_the_diagnostics(
    client: Client, watched: ConsoleRobot,
) -> None:
    client.show(0, scene.picture(0))
    client.select(scene.red_box(0))
    client.show(1, scene.picture(1))
    event = watched.reported(TargetEvent, stamp=stamp(client, 1), state='TRACKING')
    assert event.box == scene.red_box(1).values
    assert event.last_seen == stamp(client, 1)
    assert event.score == pytest.approx(0.95)
    feed = feed_of(lambda index: client.send(index, scene.picture(index)), 2)
    diagnosis = watched.reported(DiagnosticsEvent, feed, level='OK')
    assert diagnosis.values['image_topic'] == '/image_raw'
    watched.wait_for_no_problem(feed)


def test_a_box_is_followed_from_the_image_that_was_on_the_screen(
    client: Client, watched: ConsoleRobot,
) -> None:
    for index in range(8):
        client.show(index, scene.picture(index))
    reply = watched.ask('select', BoxSelection(
        stamp=stamp(client, 2), frame_id=FRAME_ID, box=scene.red_box(2).values))
    assert reply.accepted, reply.message
    assert reply.message.startswith('follows 28,60,24,24 as target ')
    reported = watched.reported(SelectionEvent, accepted=True, stamp=stamp(client, 2))
    assert reported.box == scene.red_box(2).values
    target = client.show(8, scene.picture(8))
    assert target.box.x == scene.red_box(8).x


def test_a_point_is_followed(client: Client, watched: ConsoleRobot) -> None:
    client.show(0, scene.picture(0))
    reply = watched.ask('select', PointSelection(
        stamp='0', frame_id='', point=(scene.red_box(0).center_x, scene.red_box(0).center_y)))
    assert reply.accepted, reply.message
    target = client.show(1, scene.picture(1))
    assert Box(target.box.x, target.box.y, target.box.width, target.box.height).overlap(
        scene.red_box(1)) > 0.6


@pytest.mark.parametrize(('selection', 'words'), [
    (BoxSelection(stamp='0', frame_id='', box=(900, 60, 24, 24)), ['outside the 320x240']),
    (BoxSelection(stamp='0', frame_id='', box=(20, 60, -24, 24)), ['20,60,-24,24']),
    (BoxSelection(stamp='1500000000', frame_id='', box=(20, 60, 24, 24)), ['1.5', 'older']),
    (BoxSelection(stamp='9' * 19, frame_id='', box=(20, 60, 24, 24)), ['stamp', 'load the page']),
    (PointSelection(stamp='0', frame_id='', point=(5000, 3)), ['5000,3']),
])
def test_what_cannot_be_followed_is_refused_with_the_reason(
    client: Client, watched: ConsoleRobot, selection: Any, words: list[str],
) -> None:
    client.show(0, scene.picture(0))
    reply = watched.ask('select', selection)
    assert not reply.accepted
    assert all(word in reply.message for word in words), reply.message


def test_clearing_follows_nothing(client: Client, watched: ConsoleRobot) -> None:
    client.show(0, scene.picture(0))
    client.select(scene.red_box(0))
    client.show(1, scene.picture(1))
    assert watched.ask('clear').accepted
    picture = show(client, watched, 2)
    assert picture.target is not None
    assert (picture.target.state, picture.target.box) == ('SEARCHING', None)


def test_of_two_who_select_at_once_the_later_image_counts_and_both_are_notified(
    client: Client, watched: ConsoleRobot,
) -> None:
    other = ConsoleRobot(client, 'another_console')
    try:
        other.watch()
        for index in range(8):
            client.show(index, scene.picture(index))
        client.wait('both to hear of selections', lambda: listeners(
            client, f'{NODE}/selection') == 3, LONG)
        nowhere = BoxSelection(stamp='0', frame_id='', box=(900, 60, 24, 24))
        for robot in (watched, other):  # until both know the tracker's service
            assert not robot.ask('select', nowhere).accepted
        earlier = BoxSelection(stamp=stamp(client, 2), frame_id='', box=scene.green_box(2).values)
        later = BoxSelection(stamp=stamp(client, 6), frame_id='', box=scene.red_box(6).values)
        # Until they come within one moment: how long a request takes is nobody's promise.
        first, second = watched.begin('select', later), other.begin('select', earlier)
        client.wait('both replies', lambda: first.done() and second.done(), LONG)
        assert first.result().accepted
        reported = {robot: robot.reported(SelectionEvent, accepted=True, stamp=stamp(client, 6))
                for robot in (watched, other)}
        assert reported[watched] == reported[other]
        if not second.result().accepted:  # within a moment: see pipeline/selection.py
            for robot in (watched, other):
                refused = robot.reported(
                    SelectionEvent, accepted=False, id='', stamp=stamp(client, 2))
                assert 'in the same moment on a later image' in refused.message
            assert client.show(8, scene.picture(8)).box.x == scene.red_box(8).x
        else:
            client.wait('both to hear that one was replaced', lambda: all(any(
                'replaced by selection' in event.message for event in robot.events
                if isinstance(event, SelectionEvent)) for robot in (watched, other)), LONG)
    finally:
        other.close()


def test_without_a_page_nothing_is_subscribed_to(
    client: Client, robot: ConsoleRobot, node: NodeThread,
) -> None:
    topics = ['/image_raw', f'{NODE}/target', f'{NODE}/state', f'{NODE}/selection',
              f'{NODE}/attention', '/diagnostics']

    def topics_listened_to() -> set[str]:
        return {topic for topic in topics for info in
                client.node.get_subscriptions_info_by_topic(topic)
                if info.node_name == 'console_node'}
    client.discover('console_node')
    # Of what a test before listened to the graph may not know the end yet.
    client.wait('nothing', lambda: topics_listened_to() == set(), LONG)
    robot.watch()
    some = {*topics} - {f'{NODE}/attention'}
    client.wait('all but the attention', lambda: topics_listened_to() == some, LONG)
    robot.watch(attention=True)
    client.wait('the attention, too', lambda: topics_listened_to() == {*topics}, LONG)
    robot.watch(attention=False)
    client.wait('no attention', lambda: topics_listened_to() == some, LONG)
    robot.unwatch()
    client.wait('nothing', lambda: topics_listened_to() == set(), LONG)


def test_the_attention_comes_small_and_only_when_it_is_wanted(
    client: Client, watched: ConsoleRobot,
) -> None:
    client.show(0, scene.picture(0))
    client.select(scene.red_box(0))
    assert show(client, watched, 1).attention == b''
    watched.watch(attention=True)
    client.wait('the tracker to be listened to', lambda: listeners(
        client, f'{NODE}/attention'), LONG)
    number, index = 0, 1
    picture = None
    while picture is None or not picture.attention:
        index += 1
        number = show(client, watched, index, number, attention=True).number
        picture = lit(client, watched, number)
    light = cv2.imdecode(np.frombuffer(picture.attention, np.uint8), cv2.IMREAD_UNCHANGED)
    assert light is not None
    assert light.shape == (180, 240)
    box = scene.red_box(index)
    assert light[int(box.center_y * 0.75), int(box.center_x * 0.75)] > 128
    assert light[5, 5] < 64

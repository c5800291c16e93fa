"""Whatever is sent to the node: a clear message comes back, nothing is lost, the node lives."""

from __future__ import annotations

from array import array
import math

import pytest
from ros import scene
from ros.client import Client
from ros.fake_tracker_node import POISON
from ros.node_thread import NodeThread

from rat_tracker.geometry import Box
from rat_tracker.msg import Target
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.messages import to_image


@pytest.fixture
def followed(client: Client, node: NodeThread) -> str:
    """Follow the red spot in images 0 to 5 and return the target's id."""
    client.show(0, scene.picture(0))
    target = str(client.select(scene.red_box(0)).id)
    for index in range(1, 6):
        assert client.show(index, scene.picture(index)).state == Target.TRACKING
    return target


def still_follows(client: Client, target: str, index: int = 6) -> bool:
    """Whether the target goes on unharmed in the image of this number."""
    shown = client.show(index, scene.picture(index))
    return bool(shown.id == target and shown.state == Target.TRACKING
                and from_box(shown.box).overlap(scene.red_box(index)) > 0.9)


@pytest.mark.parametrize(('box', 'words'), [
    (Box(math.nan, 60, 24, 24), ['nan', 'not a finite number']),
    (Box(20, 60, math.inf, 24), ['inf', 'not a finite number']),
    (Box(20, 60, 0, 24), ['empty', 'above zero']),
    (Box(20, 60, 24, -5), ['empty', 'above zero']),
    (Box(400, 60, 24, 24), ['centre outside', '320x240']),
    (Box(-40, 60, 24, 24), ['centre outside', '320x240']),
])
def test_an_impossible_box_is_refused(
    client: Client, followed: str, box: Box, words: list[str],
) -> None:
    response = client.select(box)
    assert (response.accepted, response.id) == (False, '')
    assert all(word in response.message for word in words), response.message
    assert still_follows(client, followed)


@pytest.mark.parametrize(('index', 'word'), [(-200, 'older than'), (200, 'newer than')])
def test_a_stamp_outside_of_the_buffer_is_refused_with_the_buffers_span(
    client: Client, followed: str, index: int, word: str,
) -> None:
    response = client.select(scene.red_box(0), index=index)
    assert not response.accepted
    first, last = (f'{stamp.sec}.{stamp.nanosec:09d}' for stamp in map(client.stamp, (0, 5)))
    assert f'{word} the images that are kept, {first} to {last}' in response.message
    assert still_follows(client, followed)


def test_a_box_drawn_on_another_cameras_image_is_refused(client: Client, followed: str) -> None:
    response = client.select(scene.red_box(5), index=5, frame_id='rear_camera')
    assert not response.accepted
    assert "'rear_camera'" in response.message
    assert "'camera_optical_frame'" in response.message
    assert still_follows(client, followed)


@pytest.mark.parametrize(('changes', 'words'), [
    ({'data': array('B', bytes(1000))}, ['320x240', '230400', '1000']),
    ({'data': array('B')}, ['0 bytes', 'empty']),
    ({'encoding': 'rgb9'}, ["'rgb9'", 'not supported', 'bgr8']),
    ({'step': 10}, ['step of 10', '960']),
    ({'width': 0, 'height': 0}, ['0x0', 'empty']),
])
def test_a_faulty_image_is_dropped_counted_and_explained(
    client: Client, followed: str, node: NodeThread, changes: dict[str, object],
    words: list[str],
) -> None:
    message = to_image(scene.picture(6), 'bgr8', client.header(6))
    for name, value in changes.items():
        setattr(message, name, value)
    client.wait('the counters', lambda: client.value('tracked'))
    before = int(client.value('invalid'))
    client.insist(
        'the fault to be counted and explained', lambda: client.camera().publish(message),
        lambda: (int(client.value('invalid')) > before
                 and all(word in client.value('last_error') for word in words)))
    assert client.targets(6) == []
    assert still_follows(client, followed, 7)


def test_an_image_that_comes_late_is_dropped(
    client: Client, followed: str, node: NodeThread,
) -> None:
    # The fifth image has been answered, and with it all that came before.
    answers = len(client.targets(4))
    client.insist('a late image', lambda: client.send(4, scene.picture(4)),
                  lambda: 'older than the newest' in node.log)
    assert still_follows(client, followed)
    assert len(client.targets(4)) == answers


def test_an_image_of_another_size_ends_the_target_with_a_reason(
    client: Client, followed: str,
) -> None:
    target = client.show(6, scene.ground(160, 120))
    assert (target.state, target.id) == (Target.SEARCHING, '')
    assert 'changed from 320x240 to 160x120' in target.reason
    assert 'select it again' in target.reason
    client.show(7, scene.picture(7))
    again = client.select(scene.red_box(7))
    assert still_follows(client, again.id, 8)


def test_when_stamps_jump_back_the_target_is_cleared(
    client: Client, followed: str, node: NodeThread,
) -> None:
    target = client.show(-100, scene.picture(0))
    assert (target.state, target.id) == (Target.SEARCHING, '')
    assert 'jumped back by 3.500 s' in target.reason
    client.wait('the warning', lambda: (
        f'target {followed} was given up: the images jumped back by 3.500 s' in node.log))
    refused = client.select(scene.red_box(5), index=5)
    assert not refused.accepted  # images of before the jump are gone
    assert client.select(scene.red_box(0), index=-100).accepted
    assert client.show(-99, scene.picture(1)).state == Target.TRACKING


def test_when_stamps_jump_back_the_target_is_kept_if_wanted(
    client: Client, followed: str,
) -> None:
    assert client.set_parameter('on_time_jump', 'keep').successful
    assert still_follows(client, followed, -100)
    assert client.set_parameter('on_time_jump', 'clear').successful


def test_images_without_stamps_are_followed_and_complained_about(
    client: Client, node: NodeThread,
) -> None:
    answers = client.received['/tracker_node/target']

    def send(index: int) -> None:
        message = to_image(scene.picture(index), 'bgr8', client.header(index))
        message.header.stamp.sec = message.header.stamp.nanosec = 0
        client.camera().publish(message)

    client.insist('an answer', lambda: send(0), lambda: any(
        not nanoseconds(answer.header.stamp) for answer in answers))
    selected = client.select(scene.red_box(0))
    assert selected.accepted, selected.message
    client.wait('the answer to the selection', lambda: answers[-1].id == selected.id)
    # Without stamps only the box tells which image an answer is about.
    client.insist('the target in the second image', lambda: send(1), lambda: (
        from_box(answers[-1].box).overlap(scene.red_box(1)) > 0.9))
    assert (answers[-1].header.stamp.sec, answers[-1].header.stamp.nanosec) == (0, 0)
    # Images go on, or their silence would be complained about instead.
    client.insist('the complaint', lambda: send(1), lambda: (
        'zero stamp' in client.diagnosis()[0]), 0.2)


def test_a_failure_of_the_tracker_ends_the_target_but_not_the_node(
    client: Client, followed: str, node: NodeThread,
) -> None:
    poisoned = scene.picture(6)
    poisoned[0, 0] = POISON
    client.insist('the failure in the log', lambda: client.send(6, poisoned),
                  lambda: 'the image is poisoned' in node.log)
    target = client.show(7, scene.picture(7))
    assert target.state == Target.SEARCHING
    assert 'the image is poisoned' in target.reason
    again = client.select(scene.red_box(7))
    assert still_follows(client, again.id, 8)

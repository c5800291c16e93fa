"""One contract for all ways to select: what is answered, to whom, and which selection counts."""

from __future__ import annotations

import math
from typing import Any

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from geometry_msgs.msg import Point
from rclpy.qos import DurabilityPolicy
from rclpy.qos import QoSProfile
from ros import scene
from ros.client import Client
from ros.client import FRAME_ID
from ros.client import NODE

from rat_tracker.geometry import Box
from rat_tracker.msg import Selection
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import to_box
from rat_tracker.srv import SetTarget

pytestmark = pytest.mark.usefixtures('node')
needs_vision_msgs = pytest.mark.skipif(
    Detections is None, reason='vision_msgs is not installed')


def detect(client: Client, index: int, frame_id: str = FRAME_ID, **boxes: Box) -> None:
    """Publish what a detector found in the image of this number, until the node knows it."""
    from vision_msgs.msg import Detection2D  # noqa: PLC0415 - not installed everywhere
    message = Detections(header=client.header(index))
    message.header.frame_id = frame_id
    for name, box in boxes.items():
        detection = Detection2D(header=message.header, id=name)
        detection.bbox.center.position.x = float(box.center_x)
        detection.bbox.center.position.y = float(box.center_y)
        detection.bbox.size_x, detection.bbox.size_y = float(box.width), float(box.height)
        message.detections.append(detection)
    publisher = client.node.create_publisher(Detections, 'detections', 10)
    request = SetTarget.Request(kind=SetTarget.Request.DETECTION, detection_id='?')
    request.header = message.header

    def known() -> bool:
        publisher.publish(message)
        refusal = client.call(SetTarget, f'{NODE}/set_target', request).message
        return 'known there' in refusal
    client.wait('the detections to be known', known)
    client.node.destroy_publisher(publisher)
    client.received[f'{NODE}/selection'].clear()


def test_a_selection_is_answered_to_everybody(client: Client) -> None:
    client.show(0, scene.picture(0))
    response = client.select(scene.red_box(0))
    assert response.accepted, response.message
    assert from_box(response.box) == scene.red_box(0)
    told = client.told('the selection', id=response.id)
    assert (told.accepted, told.source, told.message) == (True, 'set_target', '')
    assert from_box(told.box) == scene.red_box(0)
    assert told.header == client.header(0)


def test_a_refusal_is_answered_to_everybody(client: Client) -> None:
    client.show(0, scene.picture(0))
    response = client.select(scene.red_box(0), index=1000, frame_id='camera_optical_frame')
    told = client.told('the refusal', id='')
    assert (response.accepted, response.not_ready) == (False, False)
    assert (told.source, told.accepted, told.message) == ('set_target', False, response.message)
    assert told.header == client.header(1000)


def test_the_end_of_a_selection_is_told_with_its_reason(client: Client) -> None:
    client.show(0, scene.picture(0))
    first = client.select(scene.red_box(0))
    second = client.select(scene.green_box(0))
    told = client.told('the end of the first', id=first.id, accepted=False)
    assert told.message == f'replaced by selection {second.id} (set_target)'
    client.clear()
    told = client.told('the end of the second', id=second.id, accepted=False)
    assert told.message == 'the target was cleared'


def test_a_target_that_the_node_gives_up_is_told_as_well(client: Client) -> None:
    client.show(0, scene.picture(0))
    selected = client.select(scene.red_box(0))
    client.show(1, scene.ground(160, 120))
    told = client.told('the end', id=selected.id, accepted=False)
    assert 'changed from 320x240 to 160x120' in told.message


def test_who_comes_late_learns_what_was_chosen(client: Client) -> None:
    client.show(0, scene.picture(0))
    selected = client.select(scene.red_box(0))
    late: list[Selection] = []
    subscription = client.node.create_subscription(
        Selection, f'{NODE}/selection', late.append,
        QoSProfile(depth=100, durability=DurabilityPolicy.TRANSIENT_LOCAL))
    client.wait('the latched answers', lambda: late and late[-1].id == selected.id)
    assert late[-1].accepted
    assert len(late) <= 20
    client.node.destroy_subscription(subscription)


@pytest.mark.parametrize(('fields', 'words'), [
    ({'kind': 7}, ['kind 7 is unknown', '0 (BOX), 1 (POINT), 2 (DETECTION)']),
    ({'kind': SetTarget.Request.POINT, 'point': Point(x=math.nan, y=3.0)},
     ['point nan,3', 'not a finite number']),
    ({'kind': SetTarget.Request.POINT, 'point': Point(x=320.0, y=3.0)},
     ['point 320,3 is outside of the 320x240 image']),
    ({'kind': SetTarget.Request.POINT, 'point': Point(x=-1.0, y=3.0)},
     ['point -1,3 is outside of the 320x240 image']),
    ({'kind': SetTarget.Request.DETECTION}, ['detection_id is empty']),
])
def test_a_request_that_names_nothing_is_refused(
    client: Client, fields: dict[str, Any], words: list[str],
) -> None:
    client.show(0, scene.picture(0))
    followed = client.select(scene.red_box(0))
    response = client.set_target(**fields)
    assert not response.accepted
    assert all(word in response.message for word in words), response.message
    assert client.show(1, scene.picture(1)).id == followed.id


def test_a_point_is_followed_as_the_box_around_what_it_lies_on(client: Client) -> None:
    client.show(0, scene.picture(0))
    box = scene.red_box(0)
    response = client.set_target(
        kind=SetTarget.Request.POINT, point=Point(x=box.center_x, y=box.center_y))
    assert response.accepted, response.message
    assert from_box(response.box).overlap(box) > 0.8
    answer = client.show(5, scene.picture(5))
    assert from_box(answer.box).overlap(scene.red_box(5)) > 0.8


@needs_vision_msgs
def test_a_point_within_a_detection_of_that_image_is_followed_as_the_detection(
    client: Client,
) -> None:
    client.show(0, scene.picture(0))
    detected = Box(scene.red_box(0).x - 3, scene.red_box(0).y - 2, 30, 28)
    detect(client, 0, spot=detected, all=Box(0, 0, 320, 240))
    box = scene.red_box(0)
    response = client.set_target(
        kind=SetTarget.Request.POINT, point=Point(x=box.center_x, y=box.center_y))
    assert from_box(response.box) == detected


@needs_vision_msgs
def test_a_detection_is_followed_from_the_image_in_which_it_was_found(client: Client) -> None:
    for index in range(10):
        client.show(index, scene.picture(index))
    detect(client, 3, red=scene.red_box(3), green=scene.green_box(3))
    response = client.set_target(kind=SetTarget.Request.DETECTION, detection_id='red')
    assert response.accepted, response.message
    assert from_box(response.box) == scene.red_box(3)
    assert client.told('the selection', id=response.id).header == client.header(3)
    answer = client.show(10, scene.picture(10))
    assert from_box(answer.box).overlap(scene.red_box(10)) > 0.9


@needs_vision_msgs
@pytest.mark.parametrize(('name', 'index', 'frame_id', 'words'), [
    ('blue', None, '', ["no detection 'blue'", "known in the newest: 'red'"]),
    ('red', 300, '', ['no detections are kept of stamp']),
    ('red', None, 'rear_camera', ["'rear_camera'", "'camera_optical_frame'"]),
])
def test_a_detection_that_is_not_there_is_refused_with_those_that_are(
    client: Client, name: str, index: int | None, frame_id: str, words: list[str],
) -> None:
    client.show(0, scene.picture(0))
    detect(client, 0, red=scene.red_box(0))
    response = client.set_target(
        index, frame_id, kind=SetTarget.Request.DETECTION, detection_id=name)
    assert (response.accepted, response.not_ready) == (False, False)
    assert all(word in response.message for word in words), response.message


@needs_vision_msgs
def test_a_detection_in_an_image_of_another_camera_is_refused(client: Client) -> None:
    client.show(0, scene.picture(0))
    detect(client, 0, frame_id='rear_camera', red=scene.red_box(0))
    response = client.set_target(kind=SetTarget.Request.DETECTION, detection_id='red')
    assert "'rear_camera'" in response.message


@pytest.mark.skipif(Detections is not None, reason='vision_msgs is installed')
def test_without_vision_msgs_a_detection_is_refused_naming_the_package(client: Client) -> None:
    client.show(0, scene.picture(0))
    response = client.set_target(kind=SetTarget.Request.DETECTION, detection_id='cat')
    assert not response.accepted
    assert 'vision_msgs is not installed' in response.message


def test_of_two_selections_in_one_moment_the_one_on_the_later_image_counts(
    client: Client,
) -> None:
    for index in range(10):
        client.show(index, scene.picture(index))
    service = client.node.create_client(SetTarget, f'{NODE}/set_target')
    client.wait('the service', service.service_is_ready)

    def both(first: int, second: int) -> tuple[SetTarget.Response, SetTarget.Response]:
        """Select the red spot and, before the answer is there, the green one."""
        futures = []
        for index, box in ((first, scene.red_box(first)), (second, scene.green_box(second))):
            request = SetTarget.Request(box=to_box(box))
            request.header.stamp = client.stamp(index)
            futures.append(service.call_async(request))
        client.wait('both answers', lambda: all(future.done() for future in futures))
        return futures[0].result(), futures[1].result()

    later, earlier = both(8, 3)
    assert (later.accepted, earlier.accepted) == (True, False)
    assert f'selection {later.id} (set_target) was made in the same moment' in earlier.message
    assert client.show(10, scene.picture(10)).id == later.id

    client.clear()
    earlier, later = both(3, 8)
    assert (earlier.accepted, later.accepted) == (True, True)
    assert client.show(11, scene.picture(11)).id == later.id
    told = client.told('the end of the earlier', id=earlier.id, accepted=False)
    assert f'replaced by selection {later.id}' in told.message

    client.clear()
    _, last = both(5, 5)
    assert client.show(12, scene.picture(12)).id == last.id
    client.node.destroy_client(service)


def test_whoever_selects_later_is_followed_even_on_an_earlier_image(client: Client) -> None:
    for index in range(10):
        client.show(index, scene.picture(index))
    client.select(scene.green_box(9), index=9)
    client.await_another_moment()
    second = client.select(scene.red_box(3), index=3)
    assert second.accepted, second.message
    assert client.show(10, scene.picture(10)).id == second.id

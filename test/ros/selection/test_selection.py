"""One contract for all ways to select: what is answered, to whom, and which selection counts."""

from __future__ import annotations

import math
from typing import Any

from geometry_msgs.msg import Point
import pytest
from rclpy.qos import DurabilityPolicy
from rclpy.qos import QoSProfile
from ros import scene
from ros.client import Client
from ros.client import NODE
from std_srvs.srv import Trigger

from rat_tracker.msg import Selection
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import to_box
from rat_tracker.srv import SetTarget

pytestmark = pytest.mark.usefixtures('node')


def test_a_selection_is_answered_to_everybody(client: Client) -> None:
    client.show(0, scene.picture(0))
    response = client.select(scene.red_box(0))
    assert response.accepted, response.message
    assert from_box(response.box) == scene.red_box(0)
    message = client.await_selection('the selection', id=response.id)
    assert (message.accepted, message.source, message.message) == (True, 'set_target', '')
    assert from_box(message.box) == scene.red_box(0)
    assert message.header == client.header(0)


def test_a_refusal_is_answered_to_everybody(client: Client) -> None:
    client.show(0, scene.picture(0))
    response = client.select(scene.red_box(0), index=1000, frame_id='camera_optical_frame')
    message = client.await_selection('the refusal', id='')
    assert (response.accepted, response.not_ready) == (False, False)
    assert (message.source, message.accepted) == ('set_target', False)
    assert message.message == response.message
    assert message.header == client.header(1000)


def test_the_end_of_a_selection_is_reported_with_its_reason(client: Client) -> None:
    client.show(0, scene.picture(0))
    first = client.select(scene.red_box(0))
    second = client.select(scene.green_box(0))
    message = client.await_selection('the end of the first', id=first.id, accepted=False)
    assert message.message == f'replaced by selection {second.id} (set_target)'
    client.clear()
    message = client.await_selection('the end of the second', id=second.id, accepted=False)
    assert message.message == 'the target was cleared'


def test_a_target_that_the_node_gives_up_is_reported_as_well(client: Client) -> None:
    client.show(0, scene.picture(0))
    selected = client.select(scene.red_box(0))
    client.show(1, scene.ground(160, 120))
    message = client.await_selection('the end', id=selected.id, accepted=False)
    assert 'changed from 320x240 to 160x120' in message.message


def test_clearing_tells_whether_something_was_followed_even_if_the_tracker_was_not_there_yet(
    client: Client,
) -> None:
    client.show(0, scene.picture(0))
    client.select(scene.red_box(0))  # so that the service is known to both sides
    client.clear()
    request = SetTarget.Request(box=to_box(scene.red_box(0)))
    for _ in range(20):
        selected = client.ask(SetTarget, f'{NODE}/set_target', request)
        cleared = client.ask(Trigger, f'{NODE}/clear_target', Trigger.Request())
        client.wait('both answers', lambda: selected.done() and cleared.done())  # noqa: B023
        assert selected.result().accepted
        assert cleared.result().message == 'cleared'
    assert client.clear().message == 'no target was followed'


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
    target = client.show(5, scene.picture(5))
    assert from_box(target.box).overlap(scene.red_box(5)) > 0.8


@pytest.mark.skipif(Detections is not None, reason='vision_msgs is installed')
def test_without_vision_msgs_a_detection_is_refused_naming_the_package(client: Client) -> None:
    client.show(0, scene.picture(0))
    response = client.set_target(kind=SetTarget.Request.DETECTION, detection_id='cat')
    assert not response.accepted
    assert 'vision_msgs is not installed' in response.message

"""Select what a detector found: by its id, or by a point that it holds."""

from __future__ import annotations

import math

from geometry_msgs.msg import Point
import pytest
from ros import scene
from ros.client import Client
from ros.client import FRAME_ID
from ros.client import NODE
from vision_msgs.msg import Detection2D

from rat_tracker.geometry import Box
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import from_box
from rat_tracker.srv import SetTarget

pytestmark = pytest.mark.usefixtures('node')


def detect(
    client: Client, index: int, frame_id: str = FRAME_ID, theta: float = 0.0, **boxes: Box,
) -> None:
    """Publish what a detector found in the image of this number, until the node knows it."""
    message = Detections(header=client.header(index))
    message.header.frame_id = frame_id
    for name, box in boxes.items():
        detection = Detection2D(header=message.header, id=name)
        detection.bbox.center.position.x = float(box.center_x)
        detection.bbox.center.position.y = float(box.center_y)
        detection.bbox.center.theta = theta
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


def test_a_detection_is_followed_from_the_image_in_which_it_was_found(client: Client) -> None:
    for index in range(10):
        client.show(index, scene.picture(index))
    detect(client, 3, red=scene.red_box(3), green=scene.green_box(3))
    response = client.set_target(kind=SetTarget.Request.DETECTION, detection_id='red')
    assert response.accepted, response.message
    assert from_box(response.box) == scene.red_box(3)
    assert client.await_selection('the selection', id=response.id).header == client.header(3)
    target = client.show(10, scene.picture(10))
    assert from_box(target.box).overlap(scene.red_box(10)) > 0.9


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


def test_when_stamps_jump_back_by_little_the_detections_of_before_are_forgotten(
    client: Client,
) -> None:
    client.show(9, scene.picture(9))
    detect(client, 9, red=scene.red_box(9))
    client.show(15, scene.picture(15))
    client.show(8, scene.picture(8))
    response = client.set_target(8, kind=SetTarget.Request.DETECTION, detection_id='red')
    assert not response.accepted
    assert 'no detections' in response.message


def test_a_detection_in_an_image_of_another_camera_is_refused(client: Client) -> None:
    client.show(0, scene.picture(0))
    detect(client, 0, frame_id='rear_camera', red=scene.red_box(0))
    response = client.set_target(kind=SetTarget.Request.DETECTION, detection_id='red')
    assert "'rear_camera'" in response.message


def test_of_a_turned_detection_the_upright_box_around_it_is_followed(client: Client) -> None:
    client.show(0, scene.picture(0))
    detect(client, 0, theta=math.pi / 2, red=Box(20, 66, 24, 12))
    response = client.set_target(kind=SetTarget.Request.DETECTION, detection_id='red')
    assert from_box(response.box).overlap(Box(26, 60, 12, 24)) > 0.99


@pytest.mark.parametrize(('box', 'theta', 'word'), [
    (Box(math.nan, 60, 24, 24), 0.0, 'not a finite number'),
    (Box(20, 60, 24, 24), math.inf, 'not a finite number'),
    (Box(20, 60, 0, 24), 0.0, 'empty'),
    (Box(20, 60, -24, 24), 0.0, 'empty'),
    (Box(900, 60, 24, 24), 0.0, 'centre outside'),
])
def test_a_detection_without_a_proper_box_is_refused(
    client: Client, box: Box, theta: float, word: str,
) -> None:
    client.show(0, scene.picture(0))
    detect(client, 0, theta=theta, odd=box)
    response = client.set_target(kind=SetTarget.Request.DETECTION, detection_id='odd')
    assert not response.accepted
    assert word in response.message
    spot = scene.red_box(0)
    point = Point(x=float(spot.center_x), y=float(spot.center_y))
    assert client.set_target(kind=SetTarget.Request.POINT, point=point).accepted

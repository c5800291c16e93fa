"""What people do with a mouse: clicks and regions on topics, with and without a stamp."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
import math
from typing import Any

from geometry_msgs.msg import Point
from geometry_msgs.msg import PointStamped
import pytest
from ros import scene
from ros.client import Client
from ros.client import DEACTIVATE
from ros.client import NODE
from ros.node_thread import NodeThread
from ros.starting import Start
from sensor_msgs.msg import RegionOfInterest
from std_msgs.msg import Header

from rat_tracker.msg import Selection
from rat_tracker.msg import Target
from rat_tracker.ros.messages import from_box

Click = Callable[[str, Any], Selection]


def point_at(index: int, offset: float = 0.0) -> Point:
    """Return a place on the red spot in the image of this number."""
    box = scene.red_box(index)
    return Point(x=float(box.center_x + offset), y=float(box.center_y))


def click_on(client: Client, topic: str, message: Any) -> Selection:
    """Publish a message once and return what the node makes of it."""
    selections = client.received[f'{NODE}/selection']
    publisher = client.node.create_publisher(type(message), f'{NODE}/{topic}', 10)
    client.wait(f'a subscription to {topic}', publisher.get_subscription_count)
    before = len(selections)
    publisher.publish(message)
    # What is neither accepted nor without an id is the end of an earlier selection.
    selection: Selection = client.wait(f'an selection to {topic}', lambda: next(
        (selection for selection in selections[before:]
         if selection.source == topic and (selection.accepted or not selection.id)), None))
    client.node.destroy_publisher(publisher)
    return selection


@pytest.fixture
def click(client: Client, node: NodeThread) -> Click:
    return lambda topic, message: click_on(client, topic, message)


@pytest.fixture
def delayed(client: Client, node: NodeThread) -> Iterator[None]:
    """Let clicks without a stamp lie half a second back."""
    assert client.set_parameter('click_delay', 0.5).successful
    yield
    assert client.set_parameter('click_delay', 0.0).successful


def test_a_click_is_followed_as_the_box_around_what_it_hits(client: Client, click: Click) -> None:
    client.show(0, scene.picture(0))
    selection = click('select_point', point_at(0))
    assert selection.accepted, selection.message
    assert selection.header == client.header(0)
    assert from_box(selection.box).overlap(scene.red_box(0)) > 0.8
    target = client.show(1, scene.picture(1))
    assert (target.id, target.state) == (selection.id, Target.TRACKING)


def test_a_region_is_followed_as_it_was_drawn(client: Client, click: Click) -> None:
    client.show(0, scene.picture(0))
    selection = click(
        'select_roi', RegionOfInterest(x_offset=20, y_offset=60, width=24, height=24))
    assert selection.accepted, selection.message
    assert from_box(selection.box) == scene.red_box(0)


def test_a_click_with_a_stamp_starts_on_the_image_of_that_stamp(
    client: Client, click: Click,
) -> None:
    for index in range(16):
        client.show(index, scene.picture(index))
    selection = click('select_point_stamped', PointStamped(
        header=client.header(2), point=point_at(2)))
    assert selection.accepted, selection.message
    assert selection.header == client.header(2)
    target = client.show(16, scene.picture(16))
    assert from_box(target.box).overlap(scene.red_box(16)) > 0.8


@pytest.mark.usefixtures('delayed')
@pytest.mark.parametrize('topic', ['select_point', 'select_point_stamped'])
def test_a_click_without_a_stamp_starts_on_the_image_of_click_delay_ago(
    client: Client, click: Click, topic: str,
) -> None:
    for index in range(20):
        client.show(index, scene.picture(index))
    # Where the spot was half a second ago; it is 60 pixels further now.
    place = point_at(4)
    selection = click(topic, place if topic == 'select_point' else PointStamped(point=place))
    assert selection.accepted, selection.message
    assert selection.header == client.header(4)
    target = client.show(20, scene.picture(20))
    assert from_box(target.box).overlap(scene.red_box(20)) > 0.8


@pytest.mark.usefixtures('delayed')
def test_a_region_without_a_stamp_starts_on_the_image_of_click_delay_ago(
    client: Client, click: Click,
) -> None:
    for index in range(20):
        client.show(index, scene.picture(index))
    selection = click(
        'select_roi', RegionOfInterest(x_offset=36, y_offset=60, width=24, height=24))
    assert selection.header == client.header(4)


@pytest.mark.usefixtures('delayed')
def test_a_click_further_back_than_images_are_kept_is_refused(
    client: Client, click: Click,
) -> None:
    client.show(0, scene.picture(0))
    selection = click('select_point', point_at(0))
    assert not selection.accepted
    assert 'click_delay' in selection.message
    assert 'reach back 0.000 s' in selection.message


def test_a_click_delay_beyond_the_buffer_is_refused(client: Client, node: NodeThread) -> None:
    verdict = client.set_parameter('click_delay', 3.0)
    assert not verdict.successful
    assert 'above buffer_seconds, 2 s' in verdict.reason


@pytest.mark.parametrize(('topic', 'message', 'words'), [
    ('select_point', Point(x=math.nan, y=math.inf), ['nan,inf', 'not a finite number']),
    ('select_point', Point(x=5000.0, y=10.0), ['5000,10', '320x240', 'click']),
    ('select_point_stamped', PointStamped(point=Point(x=math.nan)), ['nan,0']),
    ('select_point_stamped', PointStamped(point=Point(x=0.3, y=0.1, z=2.0)), ['z 2', 'in space']),
    ('select_point_stamped',
     PointStamped(header=Header(frame_id='map'), point=Point(x=30.0, y=70.0)),
     ["'map'", "'camera_optical_frame'"]),
    ('select_roi', RegionOfInterest(x_offset=20, y_offset=60), ['empty', 'above zero']),
    ('select_roi', RegionOfInterest(x_offset=20, y_offset=60, width=24), ['empty', 'above zero']),
    ('select_roi', RegionOfInterest(x_offset=900, y_offset=60, width=24, height=24),
     ['centre outside', '320x240']),
    ('select_roi', RegionOfInterest(x_offset=2**32 - 1, y_offset=2**32 - 1, width=2**32 - 1,
                                    height=2**32 - 1), ['larger than the 320x240']),
    ('select_roi', RegionOfInterest(
        x_offset=20, y_offset=60, width=24, height=24, do_rectify=True), ['do_rectify']),
])
def test_a_useless_click_is_refused_and_the_target_followed_on(
    client: Client, click: Click, topic: str, message: Any, words: list[str],
) -> None:
    client.show(0, scene.picture(0))
    followed = client.select(scene.green_box(0))
    selection = click(topic, message)
    assert (selection.accepted, selection.id) == (False, '')
    assert all(word in selection.message for word in words), selection.message
    target = client.show(1, scene.picture(1))
    assert (target.id, target.state) == (followed.id, Target.TRACKING)


def test_a_click_before_the_first_image_is_told_to_wait(start: Start) -> None:
    _, client = start()
    client.ready()
    selection = click_on(client, 'select_point', point_at(0))
    assert 'no image was received yet' in selection.message


def test_a_click_while_inactive_is_told_so(start: Start) -> None:
    _, client = start()
    client.ready()
    assert client.change_state(DEACTIVATE)
    selection = click_on(client, 'select_point', point_at(0))
    assert 'the node is inactive' in selection.message


def test_a_flood_of_clicks_neither_stops_the_node_nor_loses_the_last(
    client: Client, click: Click,
) -> None:
    client.show(0, scene.picture(0))
    publisher = client.node.create_publisher(Point, f'{NODE}/select_point', 1000)
    client.wait('a subscription', publisher.get_subscription_count)
    for _ in range(500):
        publisher.publish(point_at(0, 2.0))
        publisher.publish(Point(x=math.nan))
    client.show(1, scene.picture(1))
    publisher.publish(point_at(1))
    client.await_selection('the last click', accepted=True, header=client.header(1))
    target = client.show(2, scene.picture(2))
    assert target.state == Target.TRACKING
    assert from_box(target.box).overlap(scene.red_box(2)) > 0.8
    assert any('a later point was selected' in selection.message
               for selection in client.received[f'{NODE}/selection'])
    client.node.destroy_publisher(publisher)

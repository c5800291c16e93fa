"""Select, follow, select another, clear: what a user does, in front of the running node."""

from __future__ import annotations

import pytest
from ros import scene
from ros.client import age
from ros.client import Client

from rat_tracker.geometry import Box
from rat_tracker.msg import Target
from rat_tracker.ros.messages import from_box

pytestmark = pytest.mark.usefixtures('node')


def overlap(target: Target, box: Box) -> float:
    return from_box(target.box).overlap(box)


def unhurried(client: Client) -> None:
    """Let the tracker catch up as far as the newest image, even if it stands still meanwhile."""
    assert client.set_parameter('catch_up_seconds', 10.0).successful


def test_without_a_selection_each_image_has_the_result_searching(client: Client) -> None:
    target = client.show(0, scene.picture(0))
    assert target.state == Target.SEARCHING
    assert target.id == ''
    assert from_box(target.box) == Box(0, 0, 0, 0)
    assert target.reason == 'the target was cleared'


def test_a_selected_target_is_followed(client: Client) -> None:
    client.show(0, scene.picture(0))
    selected = client.select(scene.red_box(0))
    assert selected.accepted, selected.message
    for index in range(1, 30):
        target = client.show(index, scene.picture(index))
        assert (target.id, target.state) == (selected.id, Target.TRACKING)
        assert overlap(target, scene.red_box(index)) > 0.9
        assert target.last_seen == client.stamp(index)
        assert age(target) == index * 33_333_333


def test_the_selection_itself_has_a_result_while_no_image_comes(client: Client) -> None:
    client.show(0, scene.picture(0))
    selected = client.select(scene.red_box(0))
    target = client.wait('a result for the selection', lambda: next(
        (target for target in client.targets(0) if target.id), None))
    assert (target.id, target.state) == (selected.id, Target.TRACKING)
    assert from_box(target.box) == scene.red_box(0)


def test_another_selection_takes_the_place_of_the_first(client: Client) -> None:
    client.show(0, scene.picture(0))
    first = client.select(scene.red_box(0))
    assert overlap(client.show(1, scene.picture(1)), scene.red_box(1)) > 0.9
    second = client.select(scene.green_box(1))
    assert second.id != first.id
    target = client.show(2, scene.picture(2))
    assert target.id == second.id
    assert overlap(target, scene.green_box(2)) > 0.9


def test_a_cleared_target_is_followed_no_longer(client: Client) -> None:
    client.show(0, scene.picture(0))
    client.select(scene.red_box(0))
    assert client.show(1, scene.picture(1)).state == Target.TRACKING
    response = client.clear()
    assert (response.success, response.message) == (True, 'cleared')
    target = client.show(2, scene.picture(2))
    assert (target.state, target.id, target.reason) == (
        Target.SEARCHING, '', 'the target was cleared')
    assert client.clear().message == 'no target was followed'


def test_a_box_drawn_on_a_past_image_starts_there_and_catches_up(client: Client) -> None:
    unhurried(client)
    for index in range(20):
        client.show(index, scene.picture(index))
    # By now the spot has left this box, and only the image of that stamp shows it there.
    assert scene.red_box(3).overlap(scene.red_box(19)) == 0
    before = len(client.targets(10))
    selected = client.select(scene.red_box(3), index=3)
    assert selected.accepted, selected.message
    target = client.wait('the target in the newest image', lambda: next(
        (target for target in client.targets(19) if target.id), None))
    assert target.state == Target.TRACKING
    assert overlap(target, scene.red_box(19)) > 0.9
    assert age(target) == 16 * 33_333_333
    assert len(client.targets(10)) == before  # what has a result gets no other


def test_a_past_selection_leaves_no_trace_of_the_other_box(client: Client) -> None:
    for index in range(10):
        client.show(index, scene.picture(index))
    client.select(scene.green_box(9))
    client.show(10, scene.picture(10))
    client.await_another_moment()
    client.select(scene.red_box(2), index=2)
    target = client.show(11, scene.picture(11))
    assert overlap(target, scene.red_box(11)) > 0.9


def test_results_never_go_back_in_time(client: Client) -> None:
    for index in range(39):
        client.send(index, scene.picture(index))
        if index == 5:
            client.show(5, scene.picture(5))  # the node has it for sure
        if index == 20:
            assert client.show(20, scene.picture(20)).state == Target.SEARCHING
            assert client.select(scene.red_box(5), index=5).accepted
    client.show(39, scene.picture(39))
    stamps = [(target.header.stamp.sec, target.header.stamp.nanosec)
              for target in client.received['/tracker_node/target']]
    assert stamps == sorted(stamps)

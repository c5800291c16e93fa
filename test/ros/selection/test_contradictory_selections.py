"""Several who select at once: which one counts, and what the others are message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geometry_msgs.msg import Point
import pytest
from ros import scene
from ros.client import ACTIVATE
from ros.client import Client
from ros.client import DEACTIVATE
from ros.client import NODE
from ros.fake_tracker_node import segment_when
from ros.starting import Start

from rat_tracker.msg import Target
from rat_tracker.pipeline import selection
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.selection import segmenter
from rat_tracker.srv import SetTarget

pytestmark = pytest.mark.usefixtures('node')


def test_of_two_selections_in_one_moment_the_one_on_the_later_image_counts(
    start: Start, monkeypatch: pytest.MonkeyPatch,
) -> None:
    # So long that a busy machine takes both selections within it.
    monkeypatch.setattr(selection, 'MOMENT', 3600)
    _, client = start()
    client.ready()
    for index in range(10):
        client.show(index, scene.picture(index))

    def both(first: int, second: int) -> tuple[SetTarget.Response, SetTarget.Response]:
        """Select the red spot and, before the response is there, the green one."""
        futures = []
        for index, box in ((first, scene.red_box(first)), (second, scene.green_box(second))):
            request = SetTarget.Request(box=to_box(box))
            request.header.stamp = client.stamp(index)
            futures.append(client.ask(SetTarget, f'{NODE}/set_target', request))
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
    message = client.await_selection('the end of the earlier', id=earlier.id, accepted=False)
    assert f'replaced by selection {later.id}' in message.message

    client.clear()
    _, last = both(5, 5)
    assert client.show(12, scene.picture(12)).id == last.id


def select_the_red_spot(client: Client) -> Any:
    """Ask for what lies at a point, which takes a while, and return the future response."""
    box = scene.red_box(0)
    request = SetTarget.Request(
        kind=SetTarget.Request.POINT, point=Point(x=box.center_x, y=box.center_y))
    return client.ask(SetTarget, f'{NODE}/set_target', request)


@pytest.fixture
def segmenting(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> tuple[Client, Any, Path]:
    """Return a client, the response to a point that is segmented until a file exists, and that."""
    finish = tmp_path / 'finish'
    monkeypatch.setattr(segmenter, 'box_around', segment_when(finish))
    _, client = start()
    client.ready()
    client.show(0, scene.picture(0))
    client.select(scene.green_box(0))  # so that the service is known to both sides
    client.await_another_moment()
    future = select_the_red_spot(client)
    client.wait('the node to segment', finish.with_name('segmenting').exists)
    return client, future, finish


def test_what_is_segmented_when_the_target_is_cleared_is_not_followed(
    segmenting: tuple[Client, Any, Path],
) -> None:
    client, future, finish = segmenting
    client.clear()
    finish.touch()
    client.wait('the response', future.done)
    assert not future.result().accepted
    assert 'cleared while this one was looked for' in future.result().message
    assert client.show(1, scene.picture(1)).state == Target.SEARCHING


@pytest.mark.parametrize('jumped_back', [True, False])
def test_what_is_segmented_when_the_images_start_anew_is_not_followed(
    segmenting: tuple[Client, Any, Path], jumped_back: bool,
) -> None:
    client, future, finish = segmenting
    if jumped_back:
        client.show(-100, scene.picture(0))
    else:
        assert client.change_state(DEACTIVATE)
        assert client.change_state(ACTIVATE)
    finish.touch()
    client.wait('the response', future.done)
    assert not future.result().accepted
    assert ('jumped back' if jumped_back else 'no image') in future.result().message
    assert client.show(1, scene.picture(1)).state == Target.SEARCHING


def test_what_is_selected_while_a_point_is_segmented_is_followed(
    segmenting: tuple[Client, Any, Path],
) -> None:
    client, future, finish = segmenting
    box = client.select(scene.green_box(0))
    finish.touch()
    client.wait('the response', future.done)
    assert (future.result().accepted, box.accepted) == (False, True)
    assert client.show(1, scene.picture(1)).id == box.id


def test_images_are_tracked_while_a_point_is_segmented(client: Client) -> None:
    client.show(0, scene.picture(0))
    client.select(scene.green_box(0))
    future = select_the_red_spot(client)
    client.show(1, scene.picture(1))
    client.wait('the response', future.done)
    assert future.result().accepted
    target = client.show(2, scene.picture(2))
    assert from_box(target.box).overlap(scene.red_box(2)) > 0.8


def test_whoever_selects_later_is_followed_even_on_an_earlier_image(client: Client) -> None:
    for index in range(10):
        client.show(index, scene.picture(index))
    client.select(scene.green_box(9), index=9)
    client.await_another_moment()
    second = client.select(scene.red_box(3), index=3)
    assert second.accepted, second.message
    assert client.show(10, scene.picture(10)).id == second.id

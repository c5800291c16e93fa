"""A planner has a target followed: feedback, every way in which a goal ends, and bad manners."""

from __future__ import annotations

from collections.abc import Iterator
import math
from pathlib import Path
import time
from typing import Any

import pytest
from ros import scene
from ros.client import Client
from ros.fake_tracker_node import POISON
from ros.fake_tracker_node import segment_when
from ros.node_thread import NodeThread
from ros.planner import ABORTED
from ros.planner import CANCELED
from ros.planner import EXECUTING
from ros.planner import Goal
from ros.planner import Planner
from ros.starting import Start

from rat_tracker.action import TrackTarget
from rat_tracker.geometry import Box
from rat_tracker.msg import Target
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.selection import segmenter

Outcome = TrackTarget.Result


@pytest.fixture
def planner(client: Client, node: NodeThread) -> Iterator[Planner]:
    planner = Planner(client)
    yield planner
    planner.close()


@pytest.fixture
def goal(client: Client, planner: Planner) -> Goal:
    """Return a running goal that follows the red spot, in images 0 to 3."""
    client.show(0, scene.picture(0))
    goal = planner.send(scene.red_box(0))
    for index in range(1, 4):
        assert client.show(index, scene.picture(index)).state == Target.TRACKING
    client.wait('feedback', lambda: goal.feedback)
    return goal


def test_a_goal_follows_its_target_and_tells_of_it(
    client: Client, planner: Planner, goal: Goal,
) -> None:
    client.wait('the execution', lambda: goal.status == EXECUTING)
    message = client.await_selection('the selection', source='track_target', accepted=True)
    assert {feedback.target.id for feedback in goal.feedback} == {message.id}
    seen = client.targets(2) + client.targets(1) + client.targets(3) + client.targets(0)
    assert goal.feedback[0].target in seen
    assert goal.running


def test_a_goal_may_name_a_point_and_a_past_image(client: Client, planner: Planner) -> None:
    # Even if it stands still meanwhile, the tracker catches up as far as the newest image.
    assert client.set_parameter('catch_up_seconds', 10.0).successful
    for index in range(12):
        client.show(index, scene.picture(index))
    planner.send(index=2, point_of=scene.red_box(2))
    target = client.wait('the target in the newest image', lambda: next(
        (target for target in client.targets(11) if target.id), None))
    assert from_box(target.box).overlap(scene.red_box(11)) > 0.8


def test_a_change_of_state_is_reported_at_once_and_a_steady_state_ten_times_a_second(
    client: Client, planner: Planner,
) -> None:
    client.show(0, scene.picture(0))
    begin = time.monotonic()
    goal = planner.send(scene.red_box(0))
    for index in range(1, 24):
        client.show(index, scene.picture(index))
    # Of 24 images, which came faster than a camera's where the machine is quick enough.
    assert len(goal.feedback) <= 1 + 10 * (time.monotonic() - begin)
    client.show(24, scene.picture(24, red=False))
    client.wait('the change', lambda: any(
        feedback.target.state == Target.UNCERTAIN for feedback in goal.feedback))


@pytest.mark.parametrize(('fields', 'words'), [
    ({'box': Box(math.nan, 0, 1, 1)}, ['nan', 'not a finite number']),
    ({'box': Box(900, 0, 20, 20)}, ['centre outside']),
    ({'box': Box(20, 60, 24, 24), 'index': 900}, ['newer than the images that are kept']),
    ({'box': Box(20, 60, 24, 24), 'lost_timeout': -1.0}, ['lost_timeout is negative']),
    ({'kind': 9}, ['kind 9 is unknown']),
])
def test_a_goal_that_cannot_be_followed_is_aborted_with_the_reason(
    client: Client, planner: Planner, fields: dict[str, Any], words: list[str],
) -> None:
    client.show(0, scene.picture(0))
    followed = client.select(scene.green_box(0))
    refused = planner.send(**fields)
    result = refused.result()
    assert result.outcome == Outcome.REFUSED
    assert refused.final_status() == ABORTED
    assert all(word in result.message for word in words), result.message
    refusal = client.await_selection('the refusal', source='track_target', id='')
    assert refusal.message == result.message
    assert client.show(1, scene.picture(1)).id == followed.id


def test_a_canceled_goal_ends_and_its_target_is_let_go(client: Client, goal: Goal) -> None:
    assert goal.cancel() == 1
    result = goal.result()
    assert result.outcome == Outcome.CANCELED
    assert goal.final_status() == CANCELED
    # Whoever plans may know of an image a moment before the goal does.
    assert result.last.header.stamp in (client.stamp(2), client.stamp(3))
    target = client.show(4, scene.picture(4))
    assert (target.state, target.id) == (Target.SEARCHING, '')
    assert 'canceled' in target.reason


def test_canceling_twice_or_after_the_end_does_no_harm(client: Client, goal: Goal) -> None:
    goal.cancel()
    assert goal.cancel() == 0
    goal.result()
    assert goal.cancel() == 0
    assert client.show(4, scene.picture(4)).state == Target.SEARCHING
    assert client.select(scene.red_box(4)).accepted


def test_canceling_an_ended_goal_leaves_the_next_target_alone(client: Client, goal: Goal) -> None:
    selected = client.select(scene.green_box(3))
    assert goal.result().outcome == Outcome.REPLACED
    assert goal.cancel() == 0
    assert client.show(4, scene.picture(4)).id == selected.id


def test_a_goal_ends_when_something_else_is_selected(client: Client, goal: Goal) -> None:
    selected = client.select(scene.green_box(3))
    result = goal.result()
    assert (result.outcome, goal.final_status()) == (Outcome.REPLACED, ABORTED)
    assert f'replaced by selection {selected.id} (set_target)' in result.message


def test_a_goal_ends_when_another_one_comes(client: Client, planner: Planner, goal: Goal) -> None:
    second = planner.send(scene.green_box(3))
    assert goal.result().outcome == Outcome.REPLACED
    target = client.show(4, scene.picture(4))
    assert from_box(target.box).overlap(scene.green_box(4)) > 0.9
    assert second.running


def test_a_goal_ends_when_somebody_clears_the_target(client: Client, goal: Goal) -> None:
    client.clear()
    result = goal.result()
    assert (result.outcome, result.message) == (Outcome.CLEARED, 'the target was cleared')


def test_a_goal_goes_on_after_a_selection_that_is_refused(client: Client, goal: Goal) -> None:
    assert not client.select(Box(900, 0, 20, 20)).accepted
    assert client.show(4, scene.picture(4)).state == Target.TRACKING
    assert goal.running


def test_a_goal_ends_when_its_target_is_lost_for_longer_than_it_allows(
    client: Client, planner: Planner,
) -> None:
    client.show(0, scene.picture(0))
    goal = planner.send(scene.red_box(0), lost_timeout=0.5)
    client.show(1, scene.picture(1))
    for index in range(2, 16):  # the stamp of image 16 is half a second after that of image 1
        client.show(index, scene.picture(index, red=False))
    assert goal.running
    for index in range(16, 20):
        client.show(index, scene.picture(index, red=False))
    result = goal.result()
    assert (result.outcome, goal.final_status()) == (Outcome.LOST, ABORTED)
    assert 'longer than lost_timeout, 0.5 s' in result.message
    assert result.last.last_seen == client.stamp(1)
    # Who has given up a target is not surprised by it later.
    target = client.show(20, scene.picture(20))
    assert (target.state, target.id) == (Target.SEARCHING, '')


def test_a_target_that_comes_back_in_time_is_followed_on(
    client: Client, planner: Planner,
) -> None:
    client.show(0, scene.picture(0))
    goal = planner.send(scene.red_box(0), lost_timeout=1.0)
    for index in range(1, 60):
        client.show(index, scene.picture(index, red=index % 25 > 12))
    assert goal.running


def test_without_a_timeout_a_lost_target_is_waited_for(client: Client, goal: Goal) -> None:
    for index in range(4, 80):
        client.show(index, scene.picture(index, red=False))
    assert goal.running


def test_a_goal_ends_when_the_tracker_fails(client: Client, goal: Goal) -> None:
    poisoned = scene.picture(4)
    poisoned[0, 0] = POISON
    client.insist('the end', lambda: client.send(4, poisoned), lambda: not goal.running)
    result = goal.result()
    assert result.outcome == Outcome.FAILED
    assert 'the image is poisoned' in result.message


def test_a_goal_ends_when_stamps_jump_back(client: Client, goal: Goal) -> None:
    client.show(-100, scene.picture(0))
    result = goal.result()
    assert result.outcome == Outcome.FAILED
    assert 'jumped back' in result.message


def test_a_lost_target_is_given_up_in_time_although_stamps_jump_back_meanwhile(
    client: Client, planner: Planner,
) -> None:
    assert client.set_parameter('on_time_jump', 'keep').successful
    client.show(0, scene.picture(0))
    goal = planner.send(scene.red_box(0), lost_timeout=0.5)
    client.show(1, scene.picture(1))
    # The stamps stay before that of the last image with the target for half a minute.
    for index in range(-1000, 0):
        client.show(index, scene.picture(0, red=False))
        if not goal.running:
            break
    assert client.set_parameter('on_time_jump', 'clear').successful
    assert goal.result().outcome == Outcome.LOST


def test_a_planner_that_disappears_does_no_harm(client: Client, planner: Planner) -> None:
    client.show(0, scene.picture(0))
    for _ in range(3):
        gone = Planner(client)
        gone.send(scene.red_box(0), lost_timeout=0.1)
        gone.close()
    for index in range(1, 20):
        client.show(index, scene.picture(index, red=False))
    target = client.show(20, scene.picture(20))
    assert (target.state, target.id) == (Target.SEARCHING, '')
    second = planner.send(scene.red_box(20))
    assert client.show(21, scene.picture(21)).state == Target.TRACKING
    assert second.running


def test_goals_sent_faster_than_they_can_begin_all_end_but_the_last(
    client: Client, planner: Planner, node: NodeThread,
) -> None:
    client.show(0, scene.picture(0))
    goals = [planner.send(scene.red_box(0)) for _ in range(30)]
    assert {goal.result().outcome for goal in goals[:-1]} == {Outcome.REPLACED}
    assert client.show(1, scene.picture(1)).state == Target.TRACKING
    assert goals[-1].running
    assert 'Traceback' not in node.log


def test_a_goal_that_is_canceled_while_its_target_is_segmented_ends_so(
    client: Client, planner: Planner,
) -> None:
    client.show(0, scene.picture(0))
    goal = planner.send(point_of=scene.red_box(0))
    assert goal.cancel() == 1
    assert (goal.result().outcome, goal.final_status()) == (Outcome.CANCELED, CANCELED)
    target = client.show(1, scene.picture(1))
    assert (target.state, target.id) == (Target.SEARCHING, '')


def test_a_goal_that_is_canceled_before_its_target_was_found_leaves_the_one_before_alone(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    finish = tmp_path / 'finish'
    monkeypatch.setattr(segmenter, 'box_around', segment_when(finish))
    _, client = start()
    client.ready()
    client.show(0, scene.picture(0))
    followed = client.select(scene.green_box(0))
    planner = Planner(client)
    goal = planner.send(point_of=scene.red_box(0))
    client.wait('the execution', lambda: goal.status == EXECUTING)
    assert goal.cancel() == 1
    finish.touch()
    assert (goal.result().outcome, goal.final_status()) == (Outcome.CANCELED, CANCELED)
    refusal = client.await_selection('the refusal', source='track_target', id='')
    assert 'withdrawn' in refusal.message
    assert client.show(1, scene.picture(1)).id == followed.id
    planner.close()

"""Goals that run when the node is deactivated, cleaned up, shut down or interrupted."""

from __future__ import annotations

import signal

from lifecycle_msgs.msg import Transition
import pytest
from ros import scene
from ros.client import ACTIVATE
from ros.client import CLEANUP
from ros.client import Client
from ros.client import CONFIGURE
from ros.client import DEACTIVATE
from ros.client import NODE
from ros.planner import ABORTED
from ros.planner import Goal
from ros.planner import Planner
from ros.starting import Start
from ros.starting import StartProcess

from rat_tracker.action import TrackTarget
from rat_tracker.msg import Target

Outcome = TrackTarget.Result


def begin(client: Client) -> tuple[Planner, Goal]:
    """Follow the red spot for a planner."""
    client.ready()
    client.begin()
    client.show(0, scene.picture(0))
    planner = Planner(client)
    goal = planner.send(scene.red_box(0))
    assert client.show(1, scene.picture(1)).state == Target.TRACKING
    return planner, goal


def test_a_goal_ends_with_the_activity_of_the_node_as_often_as_it_is_configured(
    start: Start,
) -> None:
    node, client = start()
    for _ in range(3):
        planner, goal = begin(client)
        assert client.change_state(DEACTIVATE)
        result = goal.result()
        assert (result.outcome, goal.final_status()) == (Outcome.FAILED, ABORTED)
        assert 'deactivated' in result.message
        refused = planner.send(scene.red_box(1)).result()
        assert (refused.outcome, 'inactive' in refused.message) == (Outcome.REFUSED, True)
        planner.close()
        assert client.change_state(CLEANUP)
        client.wait('the action to be given back', lambda: client.node.count_publishers(
            f'{NODE}/track_target/_action/status') == 0)
        assert client.change_state(CONFIGURE)
        assert client.change_state(ACTIVATE)
    assert node.running
    assert 'Traceback' not in node.log
    assert 'gone away' not in node.log


def test_a_goal_is_told_its_end_when_the_node_is_shut_down_by_a_transition(start: Start) -> None:
    node, client = start()
    _, goal = begin(client)
    assert client.change_state(Transition(id=Transition.TRANSITION_ACTIVE_SHUTDOWN))
    assert goal.result().outcome == Outcome.FAILED
    node.end()
    assert 'ERROR' not in node.log


def test_a_goal_whose_target_is_segmented_when_the_node_is_cleaned_up_is_refused(
    start: Start,
) -> None:
    node, client = start()
    for _ in range(3):
        planner, _ = begin(client)
        goal = planner.send(point_of=scene.red_box(0))
        assert client.change_state(DEACTIVATE)
        assert client.change_state(CLEANUP)
        assert goal.result().outcome in (Outcome.REFUSED, Outcome.FAILED)
        planner.close()
        assert client.change_state(CONFIGURE)
        assert client.change_state(ACTIVATE)
    assert node.running
    assert 'Traceback' not in node.log


@pytest.mark.parametrize('with_signal', [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize('looked_for', [False, True])
def test_a_signal_ends_the_node_cleanly_while_goals_run_and_begin(
    start_process: StartProcess, with_signal: signal.Signals, looked_for: bool,
) -> None:
    node, client = start_process()
    planner, goal = begin(client)
    assert goal.running
    if looked_for:
        planner.send(point_of=scene.red_box(1))
    else:
        planner.send(scene.red_box(1))
    assert node.stop(with_signal) == 0
    assert 'Traceback' not in node.log
    assert 'ERROR' not in node.log

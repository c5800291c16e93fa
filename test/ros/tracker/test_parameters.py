"""Parameters: described, checked at every change, and answered with a reason."""

from __future__ import annotations

from dataclasses import fields
from dataclasses import replace
from importlib.util import find_spec
import re
from typing import Any

import pytest
from rcl_interfaces.srv import DescribeParameters
from rclpy.parameter import Parameter
from ros import scene
from ros.client import Client
from ros.client import NODE
from ros.node_thread import NodeThread

from rat_tracker.engines import DEVICES
from rat_tracker.engines import ENGINES
from rat_tracker.engines import PRECISIONS
from rat_tracker.ros.parameters import change_error
from rat_tracker.ros.parameters import validation_error
from rat_tracker.ros.tracker.settings import TrackerSettings
from rat_tracker.trackers import TRACKERS


@pytest.mark.parametrize(('name', 'value', 'words'), [
    ('buffer_seconds', 1000.0, ['out of range']),
    ('buffer_seconds', -1.0, ['out of range']),
    ('buffer_megabytes', 0, ['out of range']),
    ('silence_period', 'soon', ['type']),
    ('silence_period', 0.0, ['out of range']),
    ('on_time_jump', 'panic', ["'panic'", 'clear, keep']),
    ('diagnostics_error_delay', 0.1, ['0.1 s, below diagnostics_warn_delay, 0.5 s']),
    ('tracker', 'rat:window=0.4', ['read when the node is configured', 'clean up']),
    ('engine', 'torch', ['read when the node is configured', 'clean up']),
    ('autostart', False, ['read-only']),
])
def test_a_change_that_cannot_be_is_refused_with_its_reason(
    client: Client, node: NodeThread, name: str, value: object, words: list[str],
) -> None:
    verdict = client.set_parameter(name, value)
    assert not verdict.successful
    assert all(word in verdict.reason for word in words), verdict.reason


def test_a_change_takes_effect_while_the_node_runs(client: Client, node: NodeThread) -> None:
    client.show(0, scene.picture(0))
    assert client.set_parameter('buffer_seconds', 0.1).successful
    for index in range(1, 20):
        client.show(index, scene.picture(index))
    assert 'older than' in client.select(scene.red_box(0), index=0).message
    assert client.select(scene.red_box(18), index=18).accepted
    assert client.set_parameter('buffer_seconds', 2.0).successful


def test_every_parameter_tells_what_it_is(client: Client, node: NodeThread) -> None:
    names = [item.name for item in fields(TrackerSettings)]
    described = client.call(DescribeParameters, f'{NODE}/describe_parameters',
                            DescribeParameters.Request(names=names)).descriptors
    for descriptor in described:
        assert descriptor.description.endswith('.'), descriptor.name
        if descriptor.type == Parameter.Type.DOUBLE.value:
            (limits,) = descriptor.floating_point_range
            assert limits.from_value < limits.to_value
            assert re.search(r'\b(seconds|metres|share)\b', descriptor.description)
        if descriptor.type == Parameter.Type.INTEGER.value:
            (bounds,) = descriptor.integer_range
            assert bounds.from_value < bounds.to_value


@pytest.mark.parametrize(('name', 'choices'), [
    ('engine', ENGINES), ('device', DEVICES), ('precision', PRECISIONS),
    ('image_transport', ('raw', 'compressed')), ('on_time_jump', ('clear', 'keep')),
    ('image_geometry', ('auto', 'raw', 'rectified')), ('position_source', ('bearing', 'depth'))])
def test_a_wrong_choice_is_answered_with_the_right_ones(
    name: str, choices: tuple[str, ...],
) -> None:
    reason = validation_error(changed(name, 'wrong'))
    assert f"parameter {name} is 'wrong'; it must be one of {', '.join(choices)}" in str(reason)
    for choice in choices:
        assert validation_error(changed(name, choice)) is None


def changed(name: str, value: Any) -> TrackerSettings:
    """Return the defaults but for one value."""
    return replace(TrackerSettings(), **{name: value})


def test_a_wrong_tracker_or_option_is_answered_with_the_right_ones() -> None:
    reason = str(validation_error(changed('tracker', 'cat')))
    assert "parameter tracker is 'cat'" in reason
    assert ', '.join(TRACKERS) in reason
    assert "'rat:whiskers=3'" in str(validation_error(changed('tracker', 'rat:whiskers=3')))
    assert validation_error(changed('tracker', 'rat:window=0.4')) is None


def test_what_a_position_needs_is_named() -> None:
    by_size = changed('position_source', 'size')
    assert 'needs target_height or target_width' in str(validation_error(by_size))
    assert validation_error(replace(by_size, target_width=0.5)) is None
    reason = validation_error(changed('publish_tf', True))
    if find_spec('tf2_msgs') is None:
        assert 'tf2_msgs is not installed; install ros-jazzy-tf2-msgs' in str(reason)
    else:
        assert reason is None
        assert 'target_frame is empty' in str(validation_error(replace(
            TrackerSettings(), publish_tf=True, target_frame='')))


@pytest.mark.parametrize('frame', [
    '/target', 'my target', ' target', 'target\n', 'a\0b', '\x1b[1m'])
def test_what_no_frame_can_be_called_is_refused(frame: str) -> None:
    reason = str(validation_error(changed('target_frame', frame)))
    assert f'target_frame is {frame!r}, which is no name of a frame' in reason
    assert '\n' not in reason


@pytest.mark.parametrize('frame', ['', 'target', 'robot_1/person-2', 'Zielperson_ä'])
def test_what_a_frame_can_be_called_is_taken(frame: str) -> None:
    assert validation_error(changed('target_frame', frame)) is None


def test_what_is_read_at_configure_may_change_before_and_not_after() -> None:
    change = [Parameter('image_transport', value='compressed')]
    assert change_error(TrackerSettings(), change, configured=False) is None
    assert change_error(TrackerSettings(), change, configured=True) is not None
    other = [Parameter('use_sim_time', value=True)]
    assert change_error(TrackerSettings(), other, configured=True) is None

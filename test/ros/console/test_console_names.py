"""Names that nothing in ROS can have are refused with the parameter that states them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import rclpy
from rclpy.node import Node

from rat_tracker.ros.console.names import full_name_of
from rat_tracker.ros.console.settings import ConsoleSettings


@pytest.fixture(scope='module')
def node(domain: int) -> Iterator[Node]:
    context = rclpy.Context()
    rclpy.init(context=context, domain_id=domain)
    node = Node('names', namespace='/robot1', context=context)
    yield node
    node.destroy_node()
    context.shutdown()


@pytest.mark.parametrize(('value', 'name'), [
    ('', ''), ('tracker_node', '/robot1/tracker_node'), ('/tracker_node', '/tracker_node')])
def test_a_relative_name_is_one_in_the_namespace(node: Node, value: str, name: str) -> None:
    assert full_name_of(node, 'tracker', value) == name


@pytest.mark.parametrize(('parameter', 'value', 'words'), [
    ('tracker', 'my tracker', ["tracker is 'my tracker'", 'must not contain characters']),
    ('tracker', 'x' * 240, ["tracker is 'xxx", '221 characters at most']),
    ('image_topic', 'x' * 247, ["image_topic is 'xxx", '247 characters at most']),
    ('image_topic', 'camera/', ["image_topic is 'camera/'", 'must not end with a']),
])
def test_a_name_that_cannot_be_is_refused(
    node: Node, parameter: str, value: str, words: list[str],
) -> None:
    with pytest.raises(ValueError) as refused:
        full_name_of(node, parameter, value)
    assert all(word in str(refused.value) for word in words), refused.value


@pytest.mark.parametrize('name', ['host', 'tracker'])
def test_a_name_that_is_needed_must_not_be_empty(name: str) -> None:
    values: dict[str, Any] = {name: ''}
    assert ConsoleSettings(**values).consistency_error() == (
        f'parameter {name} is empty; leave it out to take its default')

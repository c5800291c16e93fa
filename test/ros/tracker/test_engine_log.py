"""What engines log is in the node's log, and nothing of that stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
import logging

import pytest
import rclpy
from rclpy.node import Node

from rat_tracker.ros.tracker.engine_log import EngineLog
from rat_tracker.ros.tracker.node import TrackerNode

SOURCE = logging.getLogger('rat_tracker.engines')


@pytest.fixture
def node(domain: int) -> Iterator[Node]:
    context = rclpy.Context()
    rclpy.init(context=context, domain_id=domain)
    node = Node('listens_to_engines', context=context)
    yield node
    node.destroy_node()
    rclpy.shutdown(context=context)


@pytest.mark.parametrize('order', permutations(range(3)))
def test_level_is_as_before_when_all_nodes_of_a_process_have_ended(
    node: Node, order: tuple[int, ...],
) -> None:
    before = SOURCE.level, SOURCE.handlers.copy()

    logs = [EngineLog(node) for _ in range(3)]
    assert SOURCE.isEnabledFor(logging.INFO)
    for index in order[:-1]:
        logs[index].close()
        assert SOURCE.isEnabledFor(logging.INFO)
    logs[order[-1]].close()

    assert (SOURCE.level, SOURCE.handlers) == before


def test_a_node_that_cannot_be_created_leaves_nothing_behind(domain: int) -> None:
    context = rclpy.Context()
    rclpy.init(context=context, domain_id=domain, args=['--ros-args', '-p', 'tracker:=3'])
    before = SOURCE.handlers.copy()

    with pytest.raises(ValueError, match='tracker'):
        TrackerNode(context=context)

    assert SOURCE.handlers == before
    rclpy.shutdown(context=context)

"""What engines log is in the node's log, and nothing of that stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
import logging

import pytest
import rclpy
from rclpy.node import Node

from rat_tracker.ros.tracker.engine_log import EngineLog

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
    before = SOURCE.level

    logs = [EngineLog(node) for _ in range(3)]
    assert SOURCE.isEnabledFor(logging.INFO)
    for index in order[:-1]:
        logs[index].close()
        assert SOURCE.isEnabledFor(logging.INFO)
    logs[order[-1]].close()

    assert SOURCE.level == before
    assert not any(isinstance(handler, EngineLog) for handler in SOURCE.handlers)

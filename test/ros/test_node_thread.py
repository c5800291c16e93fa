"""A node in a thread of the tests' process: what it logs and raises is seen, and it ends whole."""

from __future__ import annotations

import threading

import pytest
from rclpy.context import Context
from rclpy.node import Node
from ros import scene
from ros.client import Client
from ros.node_thread import NodeThread
from ros.starting import Start


class FaultyNode(Node):
    def __init__(self, *, context: Context) -> None:
        super().__init__('faulty_node', context=context)
        self.create_timer(0.01, self._fail)

    def _fail(self) -> None:
        self.get_logger().warning('it comes to this')
        raise RuntimeError('the timer is broken')


def test_what_a_callback_raises_is_in_the_log_and_raised_when_the_node_is_ended(
    client: Client, domain: int,
) -> None:
    node = NodeThread(domain, FaultyNode)
    client.wait('the fault', lambda: 'failed' in node.log)
    assert node.running
    with pytest.raises(RuntimeError, match='the timer is broken'):
        node.end()
    assert '[WARN]' in node.log
    assert '[faulty_node]: it comes to this' in node.log
    assert 'Timer FaultyNode._fail failed, RuntimeError: the timer is broken' in node.log
    assert not node.running


def test_a_node_that_has_tracked_leaves_no_thread_and_no_topic_behind(start: Start) -> None:
    before = set(threading.enumerate())
    node, client = start()
    client.ready()
    client.begin()
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    client.show(1, scene.picture(1))
    node.end()
    assert set(threading.enumerate()) == before
    client.wait('the graph to forget it', lambda: (
        'tracker_node' not in client.node.get_node_names()
        and not client.node.count_publishers('/tracker_node/target')))

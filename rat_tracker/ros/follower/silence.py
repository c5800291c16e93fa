"""Why the follower hears nothing, as far as the graph tells, and the remap that ends it."""

from __future__ import annotations

from collections.abc import Mapping
import time

from rclpy.node import Node

from rat_tracker.msg import Target
from rat_tracker.ros.topic_types import inputs_fault
from rat_tracker.ros.topic_types import topics_of
from rat_tracker.ros.topic_types import type_name

_PERIOD = 1.0  # seconds between two readings of the graph, which is not for every period
_TARGET = '/target'


class Silence:
    """Reads the graph from time to time, while nothing comes."""

    def __init__(self, node: Node, inputs: Mapping[str, type]) -> None:
        """Read nothing yet.

        :param inputs: the types of the topics that are subscribed to, by name before it is
            remapped; a position is received on any but the last
        """
        self._node = node
        self._inputs = inputs
        self._next = 0.0
        self._reason = ''

    def reason(self) -> str:
        """Return why nothing comes, and what to do."""
        now = time.monotonic()
        if now >= self._next:
            self._next, self._reason = now + _PERIOD, self._diagnose()
        return self._reason

    def _diagnose(self) -> str:
        # A tracker's position has its target beside it; other poses may be the robot's own.
        trackers = [topic.removesuffix(_TARGET) for topic, _ in topics_of(
            self._node, type_name(Target)) if topic.endswith(_TARGET)]
        if fault := inputs_fault(self._node, self._inputs, lambda topic: (
                topic.rpartition('/')[0] in trackers)):
            return fault
        *names, _ = self._inputs
        topics = [self._node.resolve_topic_name(name) for name in names]
        publishers = sum(map(self._node.count_publishers, topics))
        cause = f'nothing has come on {" or ".join(topics)} ({publishers} publishers)'
        if publishers or not trackers:
            return (f'{cause}; start the tracker, select a target, and remap {" or ".join(names)} '
                    'to its topics')
        rules = ' '.join(f'-r {name}:={trackers[0]}/{name}' for name in self._inputs)
        return (f'{cause}, and a tracker is at {trackers[0]}; start the node with --ros-args '
                f'{rules}')

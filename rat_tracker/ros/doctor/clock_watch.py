"""Listen to simulated time."""

from __future__ import annotations

from rclpy.node import Node
from rosgraph_msgs.msg import Clock

from rat_tracker.ros.doctor.snapshot import SimulatedClock
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.qos import newest
from rat_tracker.stamps import NANOSECONDS

_TOPIC = '/clock'


class ClockWatch:
    """Whether anybody publishes time, and whether it goes on; whoever made the node spins it."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._first: int | None = None
        self._last = 0
        node.create_subscription(Clock, _TOPIC, self._take, newest())

    def _take(self, message: Clock) -> None:
        self._last = nanoseconds(message.clock)
        if self._first is None:
            self._first = self._last

    def clock(self) -> SimulatedClock:
        """Return what is known now."""
        advanced = 0 if self._first is None else self._last - self._first
        return SimulatedClock(self._node.count_publishers(_TOPIC), advanced / NANOSECONDS)

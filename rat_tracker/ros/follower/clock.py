"""What time it is for a robot, and how much of it passed since the last call."""

from __future__ import annotations

from collections.abc import Callable
import time

from rclpy.clock import JumpThreshold
from rclpy.duration import Duration
from rclpy.node import Node

from rat_tracker.ros.follower.reports import Instant
from rat_tracker.stamps import NANOSECONDS

_FROZEN = 0.5  # s without a change of simulated time after which it counts as standing still
_LONGEST_TICK = 2.0  # periods; what took longer was a standstill


class NodeClock:
    """A node's time: the machine's, or the simulation's where ``use_sim_time`` is set."""

    def __init__(self, node: Node, on_jump: Callable[[], None]) -> None:
        """Ask to be told of jumps.

        :param on_jump: is called when simulated time begins, ends or jumps back
        """
        self._clock = node.get_clock()
        self._last = 0.0
        self._stamp = 0
        self._changed = time.monotonic()
        # The handle has to be kept: the callback goes with it.
        self._jumps = self._clock.create_jump_callback(
            JumpThreshold(min_forward=None, min_backward=Duration(nanoseconds=-1),
                          on_clock_change=True), post_callback=lambda _: on_jump())

    def now(self) -> Instant:
        """Return this moment."""
        stamp = int(self._clock.now().nanoseconds)
        simulated = self._clock.ros_time_is_active
        return Instant(stamp, stamp / NANOSECONDS if simulated else time.monotonic())

    def elapsed(self, now: Instant, period: float) -> float:
        """Return the seconds since the last call, of which a standstill is no part."""
        seconds = min(max(now.seconds - self._last, 0.0), _LONGEST_TICK * period)
        self._last = now.seconds
        return seconds

    def standstill(self, now: Instant) -> str:
        """Return that simulated time stands still; empty if it does not."""
        if now.stamp != self._stamp:
            self._stamp, self._changed = now.stamp, time.monotonic()
        if not self._clock.ros_time_is_active or time.monotonic() - self._changed < _FROZEN:
            return ''
        return ('use_sim_time is set, and the time on /clock stands still; let the simulation '
                'run, or set use_sim_time to false')

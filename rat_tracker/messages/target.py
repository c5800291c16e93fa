"""Write results as ``rat_tracker/Target``.

Every field is given, so that no library's idea of a default counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rat_tracker.geometry import Box
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.target import State

# From the name of a type, as 'geometry_msgs/msg/Point', to its class, which takes all fields by
# name: the classes of rclpy and of rosbags both do.
Types = Callable[[str], Callable[..., Any]]

TARGET = 'rat_tracker/msg/Target'
BOX = 'rat_tracker/msg/Box'

# Messages that a topic keeps for its listeners (QoS): they are small, and a recorder wants every
# one, though it stands still for some seconds.
HISTORY_DEPTH = 100


def write_time(value: int, types: Types) -> Any:
    """Return a number of nanoseconds as a stamp."""
    return types('builtin_interfaces/msg/Time')(
        sec=value // NANOSECONDS, nanosec=value % NANOSECONDS)


def write_box(box: Box, types: Types) -> Any:
    """Return a box's message."""
    # rclpy aborts the process on a number that is not Python's own float.
    x, y, width, height = (float(value) for value in box.values)
    return types(BOX)(x=x, y=y, width=width, height=height)


def write_target(result: TrackingResult, types: Types) -> Any:
    """Write what is known of the target in one image, under the image's header."""
    estimate = result.estimate
    age = types('builtin_interfaces/msg/Duration')(
        sec=result.age // NANOSECONDS, nanosec=result.age % NANOSECONDS)
    return types(TARGET)(
        header=result.frame.message.header, id=result.id, state=int(estimate.state),
        score=float(estimate.score), box=write_box(estimate.box, types), age=age,
        last_seen=write_time(result.last_seen, types), reason=estimate.reason)


class StateChanges:
    """Tell which ``rat_tracker/Target`` messages change the state, the id or the reason.

    Reasons that tell a score change with every image; only those of SEARCHING count.
    """

    def __init__(self) -> None:
        self._last: tuple[int, str, str] | None = None

    def is_change(self, message: Any) -> bool:
        """Return whether this message differs from the one before, which it replaces."""
        reason = message.reason if message.state == State.SEARCHING else ''
        last, self._last = self._last, (message.state, message.id, reason)
        return last != self._last

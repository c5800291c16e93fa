"""What the tracker says, while somebody looks. All of it in the executor's thread."""

from __future__ import annotations

from collections.abc import Callable
import time

from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions
from rclpy.subscription import Subscription
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import SelectionEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.msg import Selection
from rat_tracker.msg import Target
from rat_tracker.ros.console.messages import diagnosis
from rat_tracker.ros.console.messages import selection_event
from rat_tracker.ros.console.messages import target_event
from rat_tracker.ros.qos import newest

_SELECTIONS = 20  # as many as the tracker keeps for those who come late
_THROTTLE = 10.0  # seconds between two lines of log about the same


class TrackerInput:
    """Subscribe to a tracker's topics from ``open`` to ``close``."""

    def __init__(
        self, node: Node, tracker: str, answered: Callable[[TargetEvent], None],
        selected: Callable[[SelectionEvent], None], diagnosed: Callable[[DiagnosticsEvent], None],
        attended: Callable[[ImageMessage], None],
    ) -> None:
        """Subscribe to nothing yet.

        :param tracker: the tracker's full name
        """
        self._node = node
        self._tracker = tracker
        self._answered = answered
        self._selected = selected
        self._diagnosed = diagnosed
        self._attended = attended
        self._status_name = f'{tracker.lstrip("/")}: tracking'
        self._subscriptions: list[Subscription] = []
        self._attention: Subscription | None = None
        self._stamp = 0  # of the last answer
        self._opened = 0  # when, in nanoseconds

    def open(self) -> None:
        """Listen to all but the attention."""
        self._stamp, self._opened = 0, time.time_ns()
        self._subscriptions = [
            self._listen(Target, f'{self._tracker}/target', self._take_target, newest()),
            self._listen(Target, f'{self._tracker}/state', self._take_state, _latched(1)),
            self._listen(Selection, f'{self._tracker}/selection', self._take_selection,
                         _latched(_SELECTIONS)),
            # More than one node reports there, some at the same time.
            self._listen(DiagnosticArray, '/diagnostics', self._take_diagnostics, QoSProfile(
                history=HistoryPolicy.KEEP_LAST, depth=10,
                reliability=ReliabilityPolicy.BEST_EFFORT)),
        ]

    def listen_to_attention(self, wanted: bool) -> None:
        """Listen to the attention, too, or not any more: the tracker draws it for who listens."""
        if wanted and self._attention is None:
            self._attention = self._listen(
                ImageMessage, f'{self._tracker}/attention', self._attended, newest())
        elif not wanted and self._attention is not None:
            self._node.destroy_subscription(self._attention)
            self._attention = None

    def close(self) -> None:
        """Listen to nothing any more."""
        self.listen_to_attention(False)
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)
        self._subscriptions = []

    def _listen(
        self, kind: type, topic: str, callback: Callable[..., None], profile: QoSProfile,
    ) -> Subscription:
        return self._node.create_subscription(
            kind, topic, callback, profile,
            qos_overriding_options=QoSOverridingOptions.with_default_policies())

    def _take_target(self, message: Target) -> None:
        if (news := self._read(message)) is not None:
            self._stamp = int(news.stamp)
            self._answered(news)

    def _take_state(self, message: Target) -> None:
        """Take what was said last before we came, or outside of any image."""
        news = self._read(message)
        if news is not None and (not int(news.stamp) or int(news.stamp) > self._stamp):
            self._answered(news)

    def _read(self, message: Target) -> TargetEvent | None:
        try:
            return target_event(message)
        except ValueError as error:
            self._node.get_logger().warning(
                f'an answer of {self._tracker} is ignored: {error}; do other nodes publish on its '
                'topics?', throttle_duration_sec=_THROTTLE)
            return None

    def _take_selection(self, message: Selection, info: dict[str, int]) -> None:
        """Take what happens from now on: of what was before, the state says what is left."""
        if info['source_timestamp'] >= self._opened:
            self._selected(selection_event(message))

    def _take_diagnostics(self, message: DiagnosticArray) -> None:
        status: DiagnosticStatus
        for status in message.status:
            if status.name == self._status_name:
                self._diagnosed(diagnosis(status))


def _latched(depth: int) -> QoSProfile:
    """Return the QoS of a subscription that is told what was said last before it began."""
    return QoSProfile(
        history=HistoryPolicy.KEEP_LAST, depth=depth, reliability=ReliabilityPolicy.RELIABLE,
        durability=DurabilityPolicy.TRANSIENT_LOCAL)

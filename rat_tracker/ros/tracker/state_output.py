"""The latched topic that tells the target's state, to whoever joins late, too."""

from __future__ import annotations

from rclpy.publisher import Publisher

from rat_tracker.msg import Target as TargetMessage
from rat_tracker.pipeline.state_changes import StateChanges
from rat_tracker.target import State


class StateOutput:
    """Publish what is said of the target whenever it is news.

    :param publisher: of ``Target``, transient local, of depth 1
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._changes = StateChanges()

    def publish(self, message: TargetMessage) -> None:
        """Publish this unless it says what was said last."""
        if self._changes.is_news(message):
            self._publisher.publish(message)

    def rest(self, reason: str) -> None:
        """Say that nothing is followed, outside of any image."""
        self.publish(TargetMessage(state=int(State.SEARCHING), reason=reason))

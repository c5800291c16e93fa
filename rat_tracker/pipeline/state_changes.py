"""What of the results is news about the target's state."""

from __future__ import annotations

from typing import Any

from rat_tracker.target import State


class StateChanges:
    """Tell when the state, the identity or the reason of what is said of the target changes.

    Reasons that tell a score change with every image; only those of SEARCHING count.
    """

    def __init__(self) -> None:
        self._said: tuple[int, str, str] | None = None

    def is_news(self, message: Any) -> bool:
        """Return whether this says something else than what was said last.

        :param message: a ``rat_tracker/Target``
        """
        reason = message.reason if message.state == State.SEARCHING else ''
        said, self._said = self._said, (message.state, message.id, reason)
        return said != self._said

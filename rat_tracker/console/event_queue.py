"""RobotEvent that wait for a page: of what changes only the newest, of selections the last few."""

from __future__ import annotations

from collections import deque

from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import SelectionEvent

_SELECTIONS = 16


class EventQueue:
    """What one page has not been told yet; it stays small, however long nobody fetches it."""

    def __init__(self) -> None:
        self._newest: dict[type[RobotEvent], RobotEvent] = {}
        self._selections: deque[SelectionEvent] = deque(maxlen=_SELECTIONS)

    def put(self, news: RobotEvent) -> None:
        """Add news."""
        if isinstance(news, SelectionEvent):
            self._selections.append(news)
        else:
            self._newest[type(news)] = news

    def take(self) -> list[RobotEvent]:
        """Return what there is, selections first, and keep nothing."""
        news = self.look()
        self._newest.clear()
        self._selections.clear()
        return news

    def look(self) -> list[RobotEvent]:
        """Return what there is."""
        return [*self._selections, *self._newest.values()]

"""Events that wait for a page: of selections the last few, of everything else the newest."""

from __future__ import annotations

from collections import deque

from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import SelectionEvent

_SELECTIONS = 16


class EventQueue:
    """What was not sent to one page yet; it stays small, however long nobody takes it out."""

    def __init__(self) -> None:
        self._newest: dict[type[RobotEvent], RobotEvent] = {}
        self._selections: deque[SelectionEvent] = deque(maxlen=_SELECTIONS)

    def put(self, event: RobotEvent) -> None:
        """Add an event."""
        if isinstance(event, SelectionEvent):
            self._selections.append(event)
        else:
            self._newest[type(event)] = event

    def take(self) -> list[RobotEvent]:
        """Return what there is, selections first, and keep nothing."""
        events = self.peek()
        self._newest.clear()
        self._selections.clear()
        return events

    def peek(self) -> list[RobotEvent]:
        """Return what there is, and keep it."""
        return [*self._selections, *self._newest.values()]

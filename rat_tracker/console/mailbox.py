"""News that wait for a page: of what changes only the newest, of selections the last few."""

from __future__ import annotations

from collections import deque

from rat_tracker.console.news import News
from rat_tracker.console.news import SelectionNews

_SELECTIONS = 16


class Mailbox:
    """What one page has not been told yet; it stays small, however long nobody fetches it."""

    def __init__(self) -> None:
        self._newest: dict[type[News], News] = {}
        self._selections: deque[SelectionNews] = deque(maxlen=_SELECTIONS)

    def put(self, news: News) -> None:
        """Add news."""
        if isinstance(news, SelectionNews):
            self._selections.append(news)
        else:
            self._newest[type(news)] = news

    def take(self) -> list[News]:
        """Return what there is, selections first, and keep nothing."""
        news = self.look()
        self._newest.clear()
        self._selections.clear()
        return news

    def look(self) -> list[News]:
        """Return what there is."""
        return [*self._selections, *self._newest.values()]

"""When the next picture is due, and for whom.

A page says which picture is on its screen. The next one is taken when all pages that keep up show
the last: so the slowest sets the pace. One that has not shown it after ``PATIENCE`` is frozen:
nobody waits for it, and it is sent nothing until it shows what it has. After ``LONG`` it is given
up. All times are seconds of one clock, which the caller reads.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic
from typing import TypeVar

from rat_tracker.console.requests import ViewerState

PATIENCE = 1.0
LONG = 10.0

Page = TypeVar('Page', bound=Hashable)


@dataclass
class _Eyes:
    """What is known of one page."""

    look: ViewerState
    coming: int | None = None  # number of the picture that is on its way
    sent_at: float = 0.0


class FlowControl(Generic[Page]):
    """When the next picture is due.

    :param per_second: pictures, at most
    """

    def __init__(self, per_second: float) -> None:
        self._step = 1.0 / per_second
        self._pages: dict[Page, _Eyes] = {}
        self._next = float('-inf')

    def look(self, page: Page, look: ViewerState) -> None:
        """Note what a page shows and wants."""
        eyes = self._pages.setdefault(page, _Eyes(look))
        was_hidden = not eyes.look.pictures  # and what was on its way then may never be shown
        if was_hidden or look.shown == eyes.coming:
            eyes.coming = None
        eyes.look = look

    def leave(self, page: Page) -> None:
        """Forget a page."""
        self._pages.pop(page, None)

    def knows(self, page: Page) -> bool:
        """Return whether a page has said what it wants."""
        return page in self._pages

    def anybody(self) -> bool:
        """Return whether somebody wants pictures."""
        return any(eyes.look.pictures for eyes in self._pages.values())

    def attention(self, page: Page | None = None) -> bool:
        """Return whether this page, or any, wants the attention with its pictures."""
        pages = self._pages.values() if page is None else [self._pages[page]]
        return any(eyes.look.pictures and eyes.look.attention for eyes in pages)

    def asked(self, now: float) -> None:
        """Note that a picture was asked for."""
        self._next = now + self._step

    def sent(self, page: Page, number: int, now: float) -> None:
        """Note that a picture is on its way."""
        eyes = self._pages[page]
        eyes.coming, eyes.sent_at = number, now

    def ready(self) -> list[Page]:
        """Return who waits for a picture."""
        return [page for page, eyes in self._pages.items()
                if eyes.look.pictures and eyes.coming is None]

    def is_awake(self, page: Page, now: float) -> bool:
        """Return whether a page is looking and neither frozen nor hidden."""
        eyes = self._pages.get(page)
        return eyes is not None and eyes.look.pictures and (
            eyes.coming is None or now - eyes.sent_at < PATIENCE)

    def delay(self, now: float) -> float | None:
        """Return in how many seconds a picture is due; None if a page has to show one first."""
        looking = [eyes for eyes in self._pages.values() if eyes.look.pictures]
        if all(eyes.coming is not None for eyes in looking):
            return None
        # Those who are behind are waited for, each until it counts as frozen.
        behind = (eyes.sent_at + PATIENCE for eyes in looking if eyes.coming is not None)
        return max(0.0, self._next - now, *(due - now for due in behind if due > now))

    def given_up(self, now: float) -> list[Page]:
        """Return who has been frozen for so long that it had better connect anew."""
        return [page for page, eyes in self._pages.items()
                if eyes.look.pictures and eyes.coming is not None
                and now - eyes.sent_at >= LONG]

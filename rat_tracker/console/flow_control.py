"""When the next picture is due, and for which pages.

A page acknowledges each picture that is on its screen. The next one is taken when all pages that
keep up show the last: so the slowest sets the rate. A page that has not shown it after
``FROZEN_AFTER`` is frozen: nobody waits for it, and it is sent nothing until it shows what it has.
After ``EXPIRED_AFTER`` its connection is cut. All times are seconds of one clock, which the caller
reads.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic
from typing import TypeVar

from rat_tracker.console.requests import ViewerState

FROZEN_AFTER = 1.0
EXPIRED_AFTER = 10.0

Page = TypeVar('Page', bound=Hashable)


@dataclass
class _PageState:
    """What is known of one page."""

    viewer: ViewerState
    in_flight: int | None = None  # number of the picture that was sent and is not yet shown
    sent_at: float = 0.0


class FlowControl(Generic[Page]):
    """When the next picture is due.

    :param per_second: pictures, at most
    """

    def __init__(self, per_second: float) -> None:
        self._period = 1.0 / per_second
        self._pages: dict[Page, _PageState] = {}
        self._next = float('-inf')

    def update(self, page: Page, viewer: ViewerState) -> None:
        """Note what a page shows and wants."""
        state = self._pages.setdefault(page, _PageState(viewer))
        was_hidden = not state.viewer.pictures  # and what was in flight then may never be shown
        if was_hidden or viewer.shown == state.in_flight:
            state.in_flight = None
        state.viewer = viewer

    def remove(self, page: Page) -> None:
        """Forget a page."""
        self._pages.pop(page, None)

    def __contains__(self, page: Page) -> bool:
        """Return whether a page has said what it wants."""
        return page in self._pages

    def pictures_wanted(self) -> bool:
        """Return whether a page wants pictures."""
        return any(state.viewer.pictures for state in self._pages.values())

    def attention_wanted(self, page: Page | None = None) -> bool:
        """Return whether this page, or any, wants the attention with its pictures."""
        pages = self._pages.values() if page is None else [self._pages[page]]
        return any(state.viewer.pictures and state.viewer.attention for state in pages)

    def requested(self, now: float) -> None:
        """Note that a picture was requested of the robot."""
        self._next = now + self._period

    def sent(self, page: Page, number: int, now: float) -> None:
        """Note that a picture was sent to a page."""
        state = self._pages[page]
        state.in_flight, state.sent_at = number, now

    def ready(self) -> list[Page]:
        """Return the pages that show what they were sent, and want more."""
        return [page for page, state in self._pages.items()
                if state.viewer.pictures and state.in_flight is None]

    def is_responsive(self, page: Page, now: float) -> bool:
        """Return whether a page wants pictures and is not frozen."""
        state = self._pages.get(page)
        return state is not None and state.viewer.pictures and (
            state.in_flight is None or now - state.sent_at < FROZEN_AFTER)

    def delay(self, now: float) -> float | None:
        """Return in how many seconds a picture is due; None if a page has to show one first."""
        visible = [state for state in self._pages.values() if state.viewer.pictures]
        if all(state.in_flight is not None for state in visible):
            return None
        # Those that are behind are waited for, each until it counts as frozen.
        frozen_at = (
            state.sent_at + FROZEN_AFTER for state in visible if state.in_flight is not None)
        return max(0.0, self._next - now, *(time - now for time in frozen_at if time > now))

    def expired(self, now: float) -> list[Page]:
        """Return the pages that have been frozen for so long that they had better connect anew."""
        return [page for page, state in self._pages.items()
                if state.viewer.pictures and state.in_flight is not None
                and now - state.sent_at >= EXPIRED_AFTER]

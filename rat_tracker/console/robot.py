"""What is behind the page. All of it is called in the thread of the server's event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rat_tracker.console.events import Picture
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.replies import ParameterInfo
from rat_tracker.console.replies import Reply
from rat_tracker.console.replies import TopicInfo
from rat_tracker.console.requests import ParameterChange
from rat_tracker.console.requests import Selection


class RobotUnavailable(Exception):
    """The robot did not answer; the message says who, and what to do."""


class Robot(Protocol):
    """A tracker's node and its camera."""

    def watch(self, on_event: Callable[[RobotEvent], None], attention: bool) -> None:
        """Begin to follow what happens; again when ``attention`` changes.

        :param on_event: is called in the event loop's thread; with the last events of those that
            are latched at once
        """

    def unwatch(self) -> None:
        """Subscribe to nothing any more: no page is open."""

    async def picture(self, after: int, attention: bool) -> Picture:
        """Return the newest picture; wait for one if there is none newer than number ``after``.

        It is encoded now, for this call. Only one call is under way at a time.
        """

    async def select(self, selection: Selection) -> Reply:
        """Follow what was selected.

        :raises RobotUnavailable: nobody answered; likewise below
        """

    async def clear(self) -> Reply:
        """Follow nothing."""

    async def parameters(self) -> list[ParameterInfo]:
        """Return the parameters of the tracker's node."""

    async def change(self, change: ParameterChange) -> Reply:
        """Set a parameter."""

    async def image_topics(self) -> list[TopicInfo]:
        """Return all image topics, their rates measured for a moment."""

"""One page: what waits to be sent to it, and the socket on which it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from rat_tracker.console.event_queue import EventQueue
from rat_tracker.console.wire import encode_events


class Viewer:
    """One page.

    What waits for it is bounded: one picture, and what an ``EventQueue`` holds.
    """

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self.events = EventQueue()
        self.picture: bytes | None = None
        self._socket = socket
        self._transport = transport
        self._wakeup = asyncio.Event()

    def wake(self) -> None:
        """Send what waits."""
        self._wakeup.set()

    def drop(self) -> None:
        """Cut the connection of a page that is frozen: it would not answer a close frame."""
        self._transport.abort()

    async def send(self, is_responsive: Callable[[Viewer], bool]) -> None:
        """Send what comes to wait, until the connection is lost.

        :param is_responsive: whether the page takes events at the moment
        :raises ConnectionError: it is lost
        """
        while True:
            await self._wakeup.wait()
            self._wakeup.clear()
            picture, self.picture = self.picture, None
            if picture is not None or is_responsive(self):
                events = self.events.take()
                if events:
                    await self._socket.send_str(encode_events(events))
            if picture is not None:
                await self._socket.send_bytes(picture)

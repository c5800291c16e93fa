"""One page that looks: what waits for it, and the socket on which it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from rat_tracker.console.event_queue import EventQueue
from rat_tracker.console.wire import encode_events


class Viewer:
    """One page that looks.

    What waits for it is bounded: one picture, and what a ``EventQueue`` holds.
    """

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self.events = EventQueue()
        self.picture: bytes | None = None
        self._socket = socket
        self._transport = transport
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Send what waits."""
        self._woken.set()

    def drop(self) -> None:
        """Cut the connection of a page that does not move: it would not answer a good-bye."""
        self._transport.abort()

    async def send(self, may_be_told: Callable[[Viewer], bool]) -> None:
        """Send what comes to wait, until the connection is lost.

        :param may_be_told: whether the page takes news at the moment
        """
        while True:
            await self._woken.wait()
            self._woken.clear()
            picture, self.picture = self.picture, None
            if picture is not None or may_be_told(self):
                news = self.events.take()
                if news:
                    await self._socket.send_str(encode_events(news))
            if picture is not None:
                await self._socket.send_bytes(picture)

"""How many may be connected, and for how long without a purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import logging

from aiohttp import web

MOST = 128  # connections; a page holds two or three
_IDLE = 15.0  # seconds in which a request's head has to be complete
_STUCK = 60.0  # seconds in which a request has to be answered and the answer taken
_SWEEP = 5.0  # seconds


class Connections:
    """Makes the protocols that serve new connections.

    aiohttp itself closes connections that send no whole head of a request in time. Here those are
    closed that do not take their answer, and, when there are too many, the one that has been quiet
    for longest and is not at work. So whoever opens many cannot shut out the others.
    """

    def __init__(self, log: logging.Logger, most: int = MOST) -> None:
        self._log = log
        self._most = most
        self._at_work: set[asyncio.Transport] = set()
        self._coming = 0  # accepted, but not yet open: many may be, when many come at once
        self._quiet_since: dict[asyncio.Transport, float] = {}  # of all that are open

    def accept(self, server: web.Server) -> asyncio.Protocol:
        """Return what serves a new connection."""
        if self._coming + len(self._quiet_since) >= self._most and not self._make_room():
            return _Refused()
        self._coming += 1
        return _Connection(self, server, self._log)

    def opened(self, transport: asyncio.Transport) -> None:
        """Note that there is one more."""
        self._coming -= 1
        self._quiet_since[transport] = asyncio.get_running_loop().time()

    def lost(self, transport: asyncio.Transport) -> None:
        """Note that there is one less."""
        self._quiet_since.pop(transport, None)

    @contextmanager
    def at_work(self, request: web.BaseRequest) -> Iterator[None]:
        """Keep the request's connection while an answer to it is worked on."""
        transport = request.transport
        if transport is None:
            yield
            return
        self._at_work.add(transport)
        try:
            yield
        finally:
            self._at_work.discard(transport)
            if self._quiet_since.pop(transport, None) is not None:
                # Now the last in order.
                self._quiet_since[transport] = asyncio.get_running_loop().time()

    async def sweep(self) -> None:
        """Close for ever what is stuck."""
        while True:
            await asyncio.sleep(_SWEEP)
            self.close_stuck(asyncio.get_running_loop().time())

    def close_stuck(self, now: float) -> None:
        """Close what has not taken its last answer for too long.

        It may have been told to close long ago: that waits until all is sent.
        """
        for transport, since in list(self._quiet_since.items()):
            if transport not in self._at_work and now - since > _STUCK:
                transport.abort()

    def _make_room(self) -> bool:
        for transport in self._quiet_since:
            if transport not in self._at_work:
                del self._quiet_since[transport]
                transport.abort()
                return True
        return False


class _Connection(web.RequestHandler):
    """aiohttp's own, which says when it opens and ends."""

    __slots__ = ('_connections', '_opened')

    def __init__(
        self, connections: Connections, server: web.Server, log: logging.Logger,
    ) -> None:
        super().__init__(
            server, loop=asyncio.get_running_loop(), keepalive_timeout=_IDLE, lingering_time=1.0,
            logger=log, access_log=log)
        self._connections = connections
        self._opened: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._opened = transport
        self._connections.opened(transport)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._opened is not None:
            self._connections.lost(self._opened)
        super().connection_lost(exc)


class _Refused(asyncio.Protocol):
    """Closes at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()

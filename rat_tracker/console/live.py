"""The web socket over which a page is shown what happens; wire.py has the protocol."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp import WSCloseCode
from aiohttp import WSMsgType
import msgspec

from rat_tracker.console.connections import Connections
from rat_tracker.console.rate_limiter import RateLimiter
from rat_tracker.console.viewer import Viewer
from rat_tracker.console.viewers import Viewers
from rat_tracker.console.wire import decode_viewer_state
from rat_tracker.console.wire import LARGEST_MESSAGE

_HEARTBEAT = 10.0  # seconds
_FIRST_LOOK = 10.0  # seconds
_VIEWER_STATES = 60  # per second; a page sends one for every picture


class Live:
    """Answers ``/live``."""

    def __init__(self, viewers: Viewers, connections: Connections) -> None:
        self._viewers = viewers
        self._connections = connections
        self._sockets: set[web.WebSocketResponse] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Show a page what happens until it goes."""
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT, timeout=1.0, compress=False, max_msg_size=LARGEST_MESSAGE)
        transport = request.transport
        if self._viewers.full:
            raise web.HTTPServiceUnavailable(
                text='enough pages look at this robot already; close one, or allow more viewers',
                headers={'Retry-After': '5'})
        if not socket.can_prepare(request) or transport is None:
            raise web.HTTPUpgradeRequired(text='this is a web socket')
        viewer = Viewer(socket, transport)
        self._viewers.join(viewer)
        self._sockets.add(socket)
        sender: asyncio.Task[None] | None = None
        try:
            with self._connections.at_work(request):
                await socket.prepare(request)
                sender = asyncio.create_task(self._send(viewer, transport))
                await self._receive(viewer, socket)
        finally:
            self._viewers.leave(viewer)
            self._sockets.discard(socket)
            if sender is not None:
                sender.cancel()
        return socket

    async def close(self) -> None:
        """Say good-bye to all pages."""
        await asyncio.gather(*(
            socket.close(code=WSCloseCode.GOING_AWAY, message=b'the console ends')
            for socket in self._sockets if socket.prepared))

    async def _receive(self, viewer: Viewer, socket: web.WebSocketResponse) -> None:
        """Read what a page says of itself until it goes, or says what is not understood."""
        loop = asyncio.get_running_loop()
        throttle = RateLimiter(_VIEWER_STATES, _VIEWER_STATES)
        timeout: float | None = _FIRST_LOOK
        while True:
            try:
                message = await socket.receive(timeout)
            except asyncio.TimeoutError:
                await socket.close(
                    code=WSCloseCode.POLICY_VIOLATION, message=b'the page did not say anything')
                return
            timeout = None
            if message.type is not WSMsgType.TEXT:
                if message.type is WSMsgType.BINARY:
                    await socket.close(
                        code=WSCloseCode.POLICY_VIOLATION, message=b'text is expected')
                return
            try:
                look = decode_viewer_state(message.data)
            except msgspec.MsgspecError as error:
                await socket.close(
                    code=WSCloseCode.POLICY_VIOLATION, message=str(error).encode()[:120])
                return
            if throttle.take(loop.time()) > 0:
                await socket.close(
                    code=WSCloseCode.POLICY_VIOLATION, message=b'too many messages')
                return
            self._viewers.look(viewer, look)

    async def _send(self, viewer: Viewer, transport: asyncio.Transport) -> None:
        try:
            await viewer.send(self._viewers.may_be_told)
        except ConnectionError:
            transport.abort()  # the page is gone: what waits to be read ends, too

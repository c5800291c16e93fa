"""The web socket over which a page is shown what happens; wire.py has the protocol."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp import WSCloseCode
from aiohttp import WSMsgType
import msgspec

from rat_tracker.console.viewer import Viewer
from rat_tracker.console.viewers import Viewers
from rat_tracker.console.wire import decode_viewer_state
from rat_tracker.console.wire import LARGEST_MESSAGE

_HEARTBEAT = 10.0  # seconds
_FIRST_MESSAGE = 10.0  # seconds within which a page has to say what it wants


class Live:
    """Responds to ``/live``."""

    def __init__(self, viewers: Viewers) -> None:
        self._viewers = viewers
        self._sockets: set[web.WebSocketResponse] = set()

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Show a page what happens until it goes."""
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT, timeout=1.0, compress=False, max_msg_size=LARGEST_MESSAGE)
        transport = request.transport
        if self._viewers.full:
            raise web.HTTPServiceUnavailable(
                text='enough pages are open already; close one, or allow more viewers',
                headers={'Retry-After': '5'})
        if not socket.can_prepare(request) or transport is None:
            raise web.HTTPUpgradeRequired(text='this is a web socket')
        viewer = Viewer(socket, transport)
        self._viewers.add(viewer)
        self._sockets.add(socket)
        sender: asyncio.Task[None] | None = None
        try:
            await socket.prepare(request)
            sender = asyncio.create_task(self._send(viewer, transport))
            await self._receive(viewer, socket)
        finally:
            self._viewers.remove(viewer)
            self._sockets.discard(socket)
            if sender is not None:
                sender.cancel()
        return socket

    async def close(self, application: web.Application) -> None:
        """Close the sockets of all pages."""
        await asyncio.gather(*(
            socket.close(code=WSCloseCode.GOING_AWAY, message=b'the console ends')
            for socket in self._sockets if socket.prepared))

    async def _receive(self, viewer: Viewer, socket: web.WebSocketResponse) -> None:
        """Read what a page shows and wants until it goes, or sends what is not understood."""
        timeout: float | None = _FIRST_MESSAGE
        while True:
            try:
                message = await socket.receive(timeout)
            except asyncio.TimeoutError:
                await _violated(socket, 'the page did not say anything')
                return
            timeout = None
            if message.type is not WSMsgType.TEXT:
                if message.type is WSMsgType.BINARY:
                    await _violated(socket, 'text is expected')
                return
            try:
                state = decode_viewer_state(message.data)
            except msgspec.MsgspecError as error:
                await _violated(socket, str(error))
                return
            self._viewers.update(viewer, state)

    async def _send(self, viewer: Viewer, transport: asyncio.Transport) -> None:
        try:
            await viewer.send(self._viewers.is_responsive)
        except ConnectionError:
            transport.abort()  # the page is gone: what waits to be read ends, too


async def _violated(socket: web.WebSocketResponse, reason: str) -> None:
    """Close a socket on which a page did not keep to the protocol."""
    await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=reason.encode()[:120])

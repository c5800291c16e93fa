"""Clients of the console's server other than a browser: aiohttp's, and bare sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from collections.abc import Iterator
from contextlib import asynccontextmanager
from contextlib import contextmanager
import json
import socket
from typing import Any

import aiohttp
from console.fake_robot import FakeRobot

from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.server import Console

PATIENCE = 30.0  # seconds; what is waited for takes far less on an idle machine
REQUEST = b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
UPGRADE = (
    b'GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
    b'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n')


@asynccontextmanager
async def client_of(
    robot: FakeRobot, **options: Any,
) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Serve a robot in this event loop; yield a client without cookies, and the address."""
    console = Console(robot, ConsoleOptions(**{'port': 0, **options}))
    url = await console.start()
    try:
        async with aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(PATIENCE)) as client:
            yield client, url
    finally:
        await console.stop()


def head_of(picture: bytes) -> dict[str, Any]:
    """Return what a picture's message says besides its bytes."""
    length = int.from_bytes(picture[:4], 'big')
    head = json.loads(picture[4:4 + length])
    assert len(picture) == 4 + length + head['image'] + head['attention']
    assert isinstance(head, dict)
    return head


async def next_picture(viewer: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """Return the head of the next picture; events before it are passed over."""
    while True:
        message = await viewer.receive(PATIENCE)
        if message.type is aiohttp.WSMsgType.BINARY:
            return head_of(message.data)
        assert message.type is aiohttp.WSMsgType.TEXT, message


@contextmanager
def bare(port: int) -> Iterator[socket.socket]:
    """Connect to the server without a word."""
    with socket.create_connection(('127.0.0.1', port), timeout=PATIENCE) as connection:
        yield connection


def all_of(connection: socket.socket) -> bytes:
    """Return what the server sends until it closes, b'' if it only closes."""
    received = b''
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionError:
        pass
    return received


def page_works(port: int) -> None:
    """Load the page and see a picture, as somebody who knows of nothing."""
    with bare(port) as client:
        client.sendall(REQUEST.replace(b'\r\n\r\n', b'\r\nConnection: close\r\n\r\n'))
        answer = all_of(client)
        assert answer.startswith(b'HTTP/1.1 200 OK')
        assert b'</html>' in answer
    with bare(port) as client:
        client.sendall(UPGRADE)
        state = b'{"shown": 0}'
        client.sendall(bytes([0x81, 0x80 | len(state), 0, 0, 0, 0]) + state)
        received = b''
        while b'\xff\xd8\xff' not in received:  # a JPEG begins
            part = client.recv(65536)
            assert part, received[:300]
            received += part

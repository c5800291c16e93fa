"""What is no HTTP, or no web socket, does no harm, and is told of in a line now and then."""

from __future__ import annotations

from collections.abc import Iterator
import errno
import logging
import socket
import time

from console.clients import all_of
from console.clients import bare
from console.clients import page_works
from console.clients import UPGRADE
from console.served import Served
from console.served import served
import pytest

from rat_tracker.console.options import ConsoleOptions

GARBAGE = {
    'zeros': b'\x00' * 1000,
    'TLS': b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + b'\xaa' * 500,
    'empty lines': b'\r\n' * 500,
    'no such version': b'GET / HTTP/9.9\r\n\r\n',
    'no host': b'GET / HTTP/1.1\r\n\r\n',
    'no end': b'A' * 100_000,
    'long path': b'GET /' + b'a' * 100_000 + b' HTTP/1.1\r\n\r\n',
    'many headers': b'GET / HTTP/1.1\r\nHost: localhost\r\n' + b'X: y\r\n' * 1000 + b'\r\n',
    'long header': b'GET / HTTP/1.1\r\nHost: localhost\r\nX: ' + b'y' * 100_000 + b'\r\n\r\n',
    'negative length':
        b'POST /api/clear HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
    'two lengths':
        b'POST /api/clear HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n'
        b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'endless chunk':
        b'POST /api/select HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
        b'Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n',
    'broken chunk':
        b'POST /api/select HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
        b'Transfer-Encoding: chunked\r\n\r\nmany\r\n',
    'broken gzip':
        b'POST /api/select HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
        b'Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nzzzz',
    'no frame': UPGRADE + b'\xff' * 1000,
    'endless frame': UPGRADE + b'\x81\xff' + b'\xff' * 8 + b'\x00' * 100,
    'endless fragments': UPGRADE + b'\x01\x80\x00\x00\x00\x00' * 1000}


@pytest.fixture
def console() -> Iterator[Served]:
    with served(ConsoleOptions(port=0)) as console:
        yield console


@pytest.mark.parametrize('garbage', GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_harms_nobody(
    console: Served, garbage: bytes, caplog: pytest.LogCaptureFixture,
) -> None:
    begin = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            with bare(console.port) as client:
                try:
                    client.sendall(garbage)
                    client.shutdown(socket.SHUT_WR)
                except OSError as error:
                    # Reset meanwhile: then there is no connection any more to shut down.
                    if isinstance(error, ConnectionError) or error.errno == errno.ENOTCONN:
                        continue
                    raise
                answer = all_of(client)
                assert b'Traceback' not in answer
        page_works(console.port)
    assert len(caplog.records) <= 4 + (time.monotonic() - begin) / 10
    assert all(record.exc_info is None for record in caplog.records)
    assert all('\n' not in record.getMessage() for record in caplog.records)

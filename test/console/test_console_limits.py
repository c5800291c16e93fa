"""Whoever means harm, or is broken, does none: the page works meanwhile and afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
import os
from pathlib import Path
import socket
import threading
import time

from console.clients import all_of
from console.clients import bare
from console.clients import page_works
from console.clients import PATIENCE
from console.clients import REQUEST
from console.served import Served
from console.served import served
import pytest

from rat_tracker.console import connections
from rat_tracker.console.options import ConsoleOptions


@pytest.fixture
def console() -> Iterator[Served]:
    with served(ConsoleOptions(port=0)) as console:
        yield console


def descriptors() -> int:
    return len(list(Path('/proc/self/fd').iterdir()))


def resident() -> int:
    """Return the memory of this process in bytes."""
    pages = int(Path('/proc/self/statm').read_text().split()[1])
    return pages * os.sysconf('SC_PAGE_SIZE')


def test_half_open_connections_shut_nobody_out_and_are_closed(
    console: Served, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, '_IDLE', 3.0)
    before = descriptors()
    with ExitStack() as stack:
        clients = [stack.enter_context(bare(console.port)) for _ in range(400)]
        for client in clients[::2]:
            try:
                client.sendall(b'GET / HTTP/1.1\r\nHost: loc')
            except ConnectionError:
                continue  # it has been closed already, for a newer one
        page_works(console.port)
        # Both ends are in this process: of ours there are 400, of the server's no more than these.
        assert descriptors() - before <= 400 + connections.MOST + 20

        for client in clients:
            client.settimeout(PATIENCE)
            assert all_of(client) == b''
    page_works(console.port)


def test_slow_headers_are_cut_off(console: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slowloris: a byte now and then keeps no connection open."""
    monkeypatch.setattr(connections, '_IDLE', 1.0)
    with bare(console.port) as client:
        client.settimeout(0.1)
        end = time.monotonic() + PATIENCE
        client.sendall(b'GET / HTTP/1.1\r\n')
        closed = False
        while not closed:
            assert time.monotonic() < end
            try:
                client.sendall(b'X-a: b\r\n')
                closed = client.recv(100) == b''
            except TimeoutError:
                continue
            except ConnectionError:
                closed = True
    page_works(console.port)


def test_slow_body_is_cut_off(console: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('rat_tracker.console.api._BODY_TIME', 0.5)
    with bare(console.port) as client:
        client.sendall(
            b'POST /api/select HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
            b'Content-Length: 100\r\n\r\n{')
        assert client.recv(100).startswith(b'HTTP/1.1 408')
    page_works(console.port)


def test_whoever_does_not_read_the_answers_is_cut_off(
    console: Served, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, '_SWEEP', 0.2)  # read when a sweep begins
    with served(ConsoleOptions(port=0)) as console, bare(console.port) as client:
        monkeypatch.setattr(connections, '_STUCK', 1.0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(0.2)
        end = time.monotonic() + PATIENCE
        with pytest.raises(ConnectionError):  # noqa: PT012, the whole loop is what is tried
            while time.monotonic() < end:
                try:
                    client.sendall(REQUEST * 50)
                except TimeoutError:
                    continue
        monkeypatch.undo()  # whoever only waits for the processor is not cut off
        page_works(console.port)


def test_flood_of_requests_harms_nobody(console: Served) -> None:
    page_works(console.port)
    memory, open_files = resident(), descriptors()
    end = threading.Event()
    sent = [0] * 8

    def flood(number: int) -> None:
        """Ask as fast as it goes, with many requests under way, and never wait for an answer."""
        while not end.is_set():
            try:
                with bare(console.port) as client:
                    client.settimeout(1.0)
                    for _ in range(20):
                        client.sendall(REQUEST * 10 + b'POST /api/select HTTP/1.1\r\n'
                                       b'Host: localhost\r\nContent-Length: 999999999\r\n\r\n')
                        sent[number] += 10
                        client.recv(65536)
            except OSError:
                continue

    threads = [threading.Thread(target=flood, args=(number,)) for number in range(len(sent))]
    for thread in threads:
        thread.start()
    try:
        while sum(sent) < 2000:
            time.sleep(0.01)
        for _ in range(5):
            page_works(console.port)
        assert all(sent)
    finally:
        end.set()
        for thread in threads:
            thread.join(PATIENCE)

    page_works(console.port)
    assert resident() - memory < 100e6
    limit = time.monotonic() + PATIENCE
    while descriptors() > open_files + 5:
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_pages_that_come_and_go_leave_nothing_behind(console: Served) -> None:
    for _ in range(50):
        page_works(console.port)
    limit = time.monotonic() + PATIENCE
    while console.do(lambda: console.robot.watching) is not None:
        assert time.monotonic() < limit
        time.sleep(0.05)
    assert console.robot.calls.count('watch') == console.robot.calls.count('rest')

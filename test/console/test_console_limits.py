"""Whoever means harm, or is broken, does none: the page works meanwhile and afterwards."""

from __future__ import annotations

from contextlib import ExitStack
import os
from pathlib import Path
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

from rat_tracker.console.options import ConsoleOptions


def descriptors() -> int:
    return len(list(Path('/proc/self/fd').iterdir()))


def resident() -> int:
    """Return the memory of this process in bytes."""
    pages = int(Path('/proc/self/statm').read_text().split()[1])
    return pages * os.sysconf('SC_PAGE_SIZE')


def test_half_open_connections_are_closed_and_shut_nobody_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr('rat_tracker.console.server._IDLE_TIMEOUT', 1.0)
    with served(ConsoleOptions(port=0)) as console, ExitStack() as stack:
        clients = [stack.enter_context(bare(console.port)) for _ in range(200)]
        for client in clients[::2]:
            client.sendall(b'GET / HTTP/1.1\r\nHost: loc')
        page_works(console.port)
        for client in clients:
            assert all_of(client) == b''
        page_works(console.port)


def test_slow_headers_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slowloris: a byte now and then keeps no connection open."""
    monkeypatch.setattr('rat_tracker.console.server._IDLE_TIMEOUT', 1.0)
    with served(ConsoleOptions(port=0)) as console:
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
    monkeypatch.setattr('rat_tracker.console.bodies._TIMEOUT', 0.5)
    with bare(console.port) as client:
        client.sendall(
            b'POST /api/select HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
            b'Content-Length: 100\r\n\r\n{')
        assert client.recv(100).startswith(b'HTTP/1.1 408')
    page_works(console.port)


@pytest.mark.whole
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


@pytest.mark.whole
def test_pages_that_come_and_go_leave_nothing_behind(console: Served) -> None:
    for _ in range(50):
        page_works(console.port)
    limit = time.monotonic() + PATIENCE
    while console.do(lambda: console.robot.watching) is not None:
        assert time.monotonic() < limit
        time.sleep(0.05)
    assert console.robot.calls.count('watch') == console.robot.calls.count('unwatch')

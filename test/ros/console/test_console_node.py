"""``console_node`` as a process: how it begins, whom it lets in, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import suppress
import os
from pathlib import Path
import re
import signal
import socket
import time
from urllib.request import build_opener
from urllib.request import HTTPCookieProcessor

import pytest
from ros.console_process import CONSOLE
from ros.console_process import console
from ros.console_process import ConsoleProcess
from ros.node_process import NodeProcess

TOKEN = 'a-token.that_nobody~guesses'
Refusal = Callable[..., tuple[int, str]]


@pytest.fixture
def running(domain: int, tmp_path: Path) -> Iterator[ConsoleProcess]:
    with console(domain, tmp_path / 'log') as process:
        yield process


@pytest.fixture
def refused(domain: int, tmp_path: Path) -> Refusal:
    """Return a function that starts a console and returns its exit code and last line."""
    def start(program: Path = CONSOLE, **parameters: object) -> tuple[int, str]:
        with NodeProcess(domain, tmp_path / 'log', program=program,
                         parameters=parameters) as process:
            end = time.monotonic() + 60.0
            while process.running and time.monotonic() < end:
                time.sleep(0.05)
            code = process.wait()
            assert 'Traceback' not in process.log
            (line,) = process.log.strip().splitlines()
            return code, line
    return start


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(running: ConsoleProcess, number: signal.Signals) -> None:
    assert running.ask('')[0] == 200
    assert running.process.stop(number) == 0
    (line,) = running.process.log.strip().splitlines()  # nothing is said of requests either
    assert f'open http://127.0.0.1:{running.port}/ in a browser on this machine' in line


def test_it_ends_cleanly_while_a_page_is_open_and_asks(running: ConsoleProcess) -> None:
    with socket.create_connection(('127.0.0.1', running.port)) as connection:
        connection.sendall(
            b'GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade'
            b'\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ' + b'A' * 22 + b'==\r\n\r\n')
        assert b'101 Switching' in connection.recv(1000)
        state = b'{}'
        connection.sendall(bytes([0x81, 0x80 | len(state), 0, 0, 0, 0]) + state)
        with socket.create_connection(('127.0.0.1', running.port)) as other:
            other.sendall(b'GET /api/parameters HTTP/1.1\r\nHost: localhost\r\n\r\n')
            assert running.process.stop(signal.SIGINT) == 0
    assert 'Traceback' not in running.process.log
    assert 'rror' not in running.process.log


def test_all_its_threads_have_the_niceness(domain: int, tmp_path: Path) -> None:
    with console(domain, tmp_path / 'log', niceness=7) as process:
        number = process.process.number
        found = []
        for path in Path(f'/proc/{number}/task').iterdir():
            with suppress(ProcessLookupError):  # it has just ended
                found.append(os.getpriority(os.PRIO_PROCESS, int(path.name)))
        here = os.getpriority(os.PRIO_PROCESS, 0)
        assert len(found) > 3
        assert set(found) == {max(7, here)}


def test_a_port_that_is_in_use_is_named(running: ConsoleProcess, domain: int,
                                        tmp_path: Path) -> None:
    with NodeProcess(domain, tmp_path / 'other', program=CONSOLE,
                     parameters={'port': running.port}) as other:
        end = time.monotonic() + 60.0
        while other.running and time.monotonic() < end:
            time.sleep(0.05)
        assert other.wait() == 1
        assert f'port {running.port} is in use' in other.log
        assert 'set the parameter port' in other.log
        assert 'Traceback' not in other.log


@pytest.mark.parametrize(('parameters', 'code', 'words'), [
    ({'host': '192.0.2.1'}, 1, ['host 192.0.2.1', 'an address of this machine']),
    ({'port': '"any"'}, 2, ["'port' to 'any'", 'its default is written, 8642']),
    ({'tracker': '"my tracker"'}, 2, ["tracker is 'my tracker'", 'must not contain characters']),
])
def test_what_cannot_be_is_refused_in_one_line(
    refused: Refusal, parameters: dict[str, object], code: int, words: list[str],
) -> None:
    got, line = refused(**parameters)
    assert got == code, line
    assert all(word in line for word in words), line


@pytest.mark.parametrize('package', ['aiohttp', 'msgspec'])
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    refused: Refusal, tmp_path: Path, package: str,
) -> None:
    program = tmp_path / 'without.py'
    program.write_text(
        f'import sys\nsys.modules["{package}"] = None\n'
        'from rat_tracker.ros.console.node import main\nsys.exit(main())\n')
    code, line = refused(program)
    assert code == 1
    assert package in line
    assert 'pip install -r requirements/console.txt' in line


def test_at_another_address_the_token_that_is_made_lets_in_and_no_other(
    domain: int, tmp_path: Path,
) -> None:
    with console(domain, tmp_path / 'log', host='0.0.0.0') as process:
        made = re.search(r'\?token=(\S+)$', process.address)
        assert made is not None
        assert len(made[1]) >= 32
        for path in ('', 'api/image_topics', 'live', 'page/main.js'):
            assert process.ask(path)[0] == 401
            assert process.ask(path, Authorization='Bearer wrong')[0] in (401, 429)
        right = f'Bearer {made[1]}'
        assert process.ask('', Authorization=right)[0] == 200
        browser = build_opener(HTTPCookieProcessor())  # as one that opens the logged address
        with browser.open(f'http://127.0.0.1:{process.port}/?token={made[1]}') as answer:
            assert answer.status == 200
            assert made[1] not in answer.url
        assert process.process.stop(signal.SIGINT) == 0
        assert process.process.log.count(made[1]) == 1


def test_the_token_of_a_file_is_asked_for_and_never_logged(domain: int, tmp_path: Path) -> None:
    file = tmp_path / 'token'
    file.write_text(TOKEN + '\n')
    file.chmod(0o600)
    with console(domain, tmp_path / 'log', token_file=file) as process:
        assert process.ask('')[0] == 401
        assert process.ask('', Authorization=f'Bearer {TOKEN}')[0] == 200
        assert str(file) in process.process.log
        assert TOKEN not in process.process.log

"""``console_node`` in a process of its own, and what a browser or a program sends to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import re
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request
from urllib.request import urlopen

from ros.node_process import NodeProcess
from ros.node_process import ROOT

CONSOLE = ROOT / 'rat_tracker' / 'ros' / 'console' / 'node.py'
_PATIENCE = 60.0  # seconds for a process to start on a busy machine
_ADDRESS = re.compile(r'open (http://[^:]+:(\d+)/\S*) ')


class ConsoleProcess:
    """A running console."""

    def __init__(self, process: NodeProcess) -> None:
        self.process = process
        end = time.monotonic() + _PATIENCE
        while (found := _ADDRESS.search(process.log)) is None:
            assert process.running, process.log
            assert time.monotonic() < end, process.log
            time.sleep(0.05)
        self.address, self.port = found[1], int(found[2])

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request to the console by its loopback address; return status and answer.

        :param body: is sent as JSON; None: the request is a GET
        """
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers['Content-Type'] = 'application/json'
        request = Request(f'http://127.0.0.1:{self.port}/{path}', data, headers)
        try:
            with urlopen(request, timeout=_PATIENCE) as response:
                status, text = response.status, response.read()
        except HTTPError as error:
            with error:
                status, text = error.code, error.read()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode()


@contextmanager
def console(domain: int, log: Path, **parameters: object) -> Iterator[ConsoleProcess]:
    """Run a console; at a port that is free, unless one is named."""
    with NodeProcess(domain, log, program=CONSOLE,
                     parameters={'port': 0, **parameters}) as process:
        yield ConsoleProcess(process)

"""A plain client of the TraX protocol that talks to ``rat_tracker trax`` as a process.

It reads lines with patterns of its own, so that it does not agree with our server by using the
same code.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
import os
import re
import socket
import subprocess
import sys
from typing import IO

from rat_tracker.geometry import Box

ANSWER = re.compile(r'@@TRAX:(\w+)((?: "(?:[^"\\]|\\.)*")*) *\n')
WORD = re.compile(r'"((?:[^"\\]|\\.)*)"')
PATIENCE = 100  # seconds for a process to start or to end on a busy machine
COMMAND = (sys.executable, '-m', 'rat_tracker', 'trax')


@dataclass
class Client:
    """One running server; what it said in ``hello`` is there from the start."""

    process: subprocess.Popen[bytes]
    source: IO[bytes]
    sink: IO[bytes]

    def __post_init__(self) -> None:
        name, self.hello = self.receive()
        assert name == 'hello'

    def say(self, line: str) -> None:
        self.sink.write(f'@@TRAX:{line}\n'.encode())
        self.sink.flush()

    def receive(self) -> tuple[str, list[str]]:
        """Return the next message's name and its words, skipping lines that are none."""
        for line in self.source:
            found = ANSWER.fullmatch(line.decode())
            if found:
                return found[1], [re.sub(r'\\(.)', r'\1', word) for word in WORD.findall(found[2])]
        raise EOFError('the server closed the connection')

    def initialize(self, region: str, image: str) -> Box:
        """Start on a target and return the box that is answered."""
        self.say(f'initialize "{region}"')
        return self.frame(image)[0]

    def frame(self, image: str) -> tuple[Box, float]:
        """Send an image; return box and confidence."""
        self.say(f'frame "{image}"')
        name, (region, confidence) = self.receive()
        assert name == 'state'
        assert confidence.startswith('confidence=')
        return (Box(*(float(value) for value in region.split(','))),
                float(confidence.removeprefix('confidence=')))

    def refusal(self) -> str:
        """Return the reason with which the server ends the session."""
        name, words = self.receive()
        assert name == 'quit'
        return words[0].removeprefix('trax.reason=')

    def end(self) -> int:
        """Say quit and return the process's exit status."""
        self.say('quit')
        return self.process.wait(PATIENCE)


@contextmanager
def served(
    tracker: str, *, command: Sequence[str] = COMMAND, merged: bool = False,
) -> Iterator[Client]:
    """Start a server on standard input and output.

    :param merged: its standard error and output are one stream, as in VOT's toolkit
    """
    error = subprocess.STDOUT if merged else subprocess.PIPE
    with subprocess.Popen(
        [*command, '--tracker', tracker], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=error,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Client(process, process.stdout, process.stdin)
        finally:
            process.kill()


@contextmanager
def served_at_socket(tracker: str) -> Iterator[Client]:
    """Start a server that connects with us."""
    with socket.create_server(('127.0.0.1', 0)) as listener:
        port = listener.getsockname()[1]
        with subprocess.Popen(
            [*COMMAND, '--tracker', tracker], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            env={**os.environ, 'TRAX_SOCKET': str(port)},
        ) as process:
            try:
                connection, _ = listener.accept()
                with connection:
                    yield Client(process, connection.makefile('rb'), connection.makefile('wb'))
            finally:
                process.kill()

"""Clients of the TraX protocol: one that wrote all its lines before, and one for a process.

They read lines with patterns of their own, so that they do not agree with our server by using the
same code.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
import re
import subprocess
import sys
from typing import IO

from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.evaluation.trax.session import Session
from rat_tracker.evaluation.trax.transport import Transport
from rat_tracker.geometry import Box
from rat_tracker.tracker import Tracker

ANSWER = re.compile(r'@@TRAX:(\w+)((?: "(?:[^"\\]|\\.)*")*) *\n')
WORD = re.compile(r'"((?:[^"\\]|\\.)*)"')
PATIENCE = 100  # seconds for a process to start or to end on a busy machine
COMMAND = (sys.executable, '-m', 'rat_tracker', 'trax')

Answer = tuple[str, list[str]]  # a message's name and its words


def read_answers(stream: IO[bytes]) -> Iterator[Answer]:
    """Yield the messages of a stream, skipping lines that are none."""
    for line in stream:
        found = ANSWER.fullmatch(line.decode())
        if found:
            yield found[1], [re.sub(r'\\(.)', r'\1', word) for word in WORD.findall(found[2])]


def read_state(answer: Answer) -> tuple[Box, float]:
    """Return the box and the confidence of an answered frame."""
    name, (region, confidence) = answer
    assert name == 'state'
    assert confidence.startswith('confidence=')
    return (Box(*(float(value) for value in region.split(','))),
            float(confidence.removeprefix('confidence=')))


def read_reason(answer: Answer) -> str:
    """Return the reason with which the server ends the session."""
    name, words = answer
    assert name == 'quit'
    return words[0].removeprefix('trax.reason=')


def converse(tracker: Tracker, *lines: str) -> tuple[list[Answer], TraxError | None]:
    """Let a session answer all of a client's lines.

    :return: all answers, ``hello`` the first of them, and the error that ended the session
    """
    sink = BytesIO()
    source = BytesIO(''.join(f'@@TRAX:{line}\n' for line in lines).encode())
    error = None
    try:
        Session(tracker, 'script', Transport(source, sink)).run()
    except TraxError as raised:
        error = raised
    return list(read_answers(BytesIO(sink.getvalue()))), error


@dataclass
class Client:
    """One running server; what it sent in ``hello`` is there from the start."""

    process: subprocess.Popen[bytes]
    source: IO[bytes]
    sink: IO[bytes]

    def __post_init__(self) -> None:
        self._answers = read_answers(self.source)
        name, self.hello = self.receive()
        assert name == 'hello'

    def say(self, line: str) -> None:
        self.sink.write(f'@@TRAX:{line}\n'.encode())
        self.sink.flush()

    def receive(self) -> Answer:
        """Return the next message."""
        return next(self._answers)

    def initialize(self, region: str, image: str) -> Box:
        """Start on a target and return the box that is answered."""
        self.say(f'initialize "{region}"')
        return self.frame(image)[0]

    def frame(self, image: str) -> tuple[Box, float]:
        """Send an image; return box and confidence."""
        self.say(f'frame "{image}"')
        return read_state(self.receive())

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

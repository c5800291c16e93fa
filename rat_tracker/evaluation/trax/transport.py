"""Where a TraX session's bytes come from and go to.

By default these are standard input and output, which every library may also print to. If the
environment has ``TRAX_SOCKET``, it is the port on 127.0.0.1 where the client listens.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
import os
from pathlib import Path
import socket
import sys
from typing import BinaryIO

from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.evaluation.trax.messages import decode
from rat_tracker.evaluation.trax.messages import encode
from rat_tracker.evaluation.trax.messages import Message

SOCKET_VARIABLE = 'TRAX_SOCKET'
_HOST = '127.0.0.1'
_LONGEST_LINE = 1 << 28  # bytes; an image of 8192×8192 pixels takes as many


class Transport:
    """Reads and writes messages.

    :param before: what is written before each message. Where the client reads our standard error
        and output as one stream, as vot-toolkit does, a newline keeps what a library printed
        without one from hiding the message
    """

    def __init__(self, source: BinaryIO, sink: BinaryIO, before: bytes = b'') -> None:
        self._source = source
        self._sink = sink
        self._before = before

    def messages(self) -> Iterator[Message]:
        """Yield what the client says, to the end of the stream.

        :raises TraxError: a message cannot be read
        """
        while line := self._source.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise TraxError(f'a line of more than {_LONGEST_LINE} bytes is no message')
            message = decode(line)
            if message is not None:
                yield message

    def send(self, message: Message) -> None:
        """Write a message at once.

        :raises TraxError: the client is gone
        """
        try:
            self._sink.write(self._before + encode(message))
            self._sink.flush()
        except OSError as error:
            raise TraxError(f'the client is gone: {error.strerror}') from None


def open_transport(environment: Mapping[str, str]) -> Transport:
    """Connect with the client.

    :raises TraxError: ``TRAX_SOCKET`` is not the port of a client that listens
    """
    port = environment.get(SOCKET_VARIABLE)
    return _standard_streams() if port is None else _connected(port)


def _connected(port: str) -> Transport:
    try:
        connection = socket.create_connection((_HOST, int(port)))
    except (OSError, OverflowError, ValueError) as error:
        raise TraxError(f'{SOCKET_VARIABLE} is {port!r}, and nobody can be reached at that port '
                        f'of {_HOST}: {error}') from None
    # Answers are short and waited for.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Transport(connection.makefile('rb'), connection.makefile('wb'))


def _standard_streams() -> Transport:
    """Keep standard input and output for the protocol; whoever prints writes to standard error."""
    sys.stdout.flush()
    source, sink = os.dup(0), os.dup(1)
    with Path(os.devnull).open('rb') as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return Transport(os.fdopen(source, 'rb'), os.fdopen(sink, 'wb'), before=b'\n')

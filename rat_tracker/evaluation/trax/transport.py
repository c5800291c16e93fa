"""Where a TraX session's bytes come from and go to."""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path
import sys
from typing import BinaryIO

from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.evaluation.trax.messages import decode
from rat_tracker.evaluation.trax.messages import encode
from rat_tracker.evaluation.trax.messages import Message

_LONGEST_LINE = 1 << 16  # bytes; a path has up to 4096


class Transport:
    """Reads and writes messages.

    A newline is written before each message: where the client reads our standard error and output
    as one stream, as vot-toolkit does, it keeps what a library printed without one from hiding the
    message.
    """

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink

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
            self._sink.write(b'\n' + encode(message))
            self._sink.flush()
        except OSError as error:
            raise TraxError(f'the client is gone: {error.strerror}') from None


def standard_streams() -> Transport:
    """Keep standard input and output for the protocol; whoever prints writes to standard error."""
    sys.stdout.flush()
    source, sink = os.dup(0), os.dup(1)
    with Path(os.devnull).open('rb') as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return Transport(os.fdopen(source, 'rb'), os.fdopen(sink, 'wb'))

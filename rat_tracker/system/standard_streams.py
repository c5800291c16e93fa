"""Standard output and error of a program, which take any text and never end its work.

A terminal, or the log of a service, may not know every letter; whoever reads may go away; a disk
may be full; a stream may be closed before the program starts. What was worked out stays all the
same, and so does the exit code that tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import io
import os
import sys
from typing import Any
from typing import TextIO

_STANDARD = (0, 1, 2)


class _Output(io.FileIO):
    """What is behind a standard stream; once it cannot be written, the rest is passed over."""

    fault: OSError | None = None  # why it cannot

    def write(self, data: Any, /) -> int:
        if self.fault is None:
            try:
                return super().write(data)
            except OSError as error:
                self.fault = error
        return len(data)


def take_any_text() -> None:
    r"""Let standard output and error take any text, whatever becomes of who reads them.

    A letter that they cannot encode is written as ``\xe9``, a byte of a file's name that is no
    letter as ``\udce9``. Every program calls this before it says anything.
    """
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            # Else the next file that is opened would take its place, and what is printed with it.
            os.open(os.devnull, os.O_RDWR)
    sys.stdout, sys.stderr = _durable(sys.stdout, 1), _durable(sys.stderr, 2)


@contextmanager
def reporting_lost_output() -> Iterator[None]:
    """End the program with 1 and one line where standard output could not be written.

    A reader that goes away, as ``head`` does, has heard what it wanted.
    """
    try:
        yield
    except SystemExit as end:
        if end.code in (None, 0):
            _end_if_lost()
        raise
    _end_if_lost()


def _end_if_lost() -> None:
    sys.stdout.flush()
    behind = getattr(sys.stdout, 'buffer', None)
    fault = getattr(getattr(behind, 'raw', behind), 'fault', None)
    if fault is not None and not isinstance(fault, BrokenPipeError):
        print(f'Error: standard output cannot be written: {fault.strerror}; what is printed is '
              'lost', file=sys.stderr)
        sys.exit(1)


def _durable(stream: TextIO | None, number: int) -> TextIO:
    """Return what takes the place of one of the interpreter's streams.

    :param stream: None where it was closed when the program started
    """
    if stream is None:
        return io.TextIOWrapper(
            io.BufferedWriter(_Output(number, 'w', closefd=False)), 'utf-8', 'backslashreplace')
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    raw = getattr(stream.buffer, 'raw', stream.buffer)
    if type(raw) is not io.FileIO or raw.fileno() != number:
        # Something else stands there, such as what a test captures.
        stream.reconfigure(errors='backslashreplace')
        return stream
    stream.flush()
    output = _Output(number, 'w', closefd=False)
    return io.TextIOWrapper(
        output if stream.write_through else io.BufferedWriter(output),
        stream.encoding, 'backslashreplace', line_buffering=stream.line_buffering,
        write_through=stream.write_through)

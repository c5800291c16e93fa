"""How a command ends when what it was given cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from rat_tracker.system.files import NO_ROOM


class Refusal(click.ClickException):
    """One line on stderr, and exit code 2."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message.replace('\n', '\\n'))  # paths may have more than one line


@contextmanager
def refusing(*errors: type[Exception]) -> Iterator[None]:
    """Turn errors whose message says what is wrong and what to do into a ``Refusal``."""
    try:
        yield
    except errors as error:
        raise Refusal(str(error)) from error


@contextmanager
def refusing_output(folder: Path) -> Iterator[None]:
    """Refuse a folder that cannot be written to, or not any longer."""
    try:
        yield
    except OSError as error:
        path = Path(error.filename or folder)
        if folder not in (path, *path.parents):
            raise Refusal(f'{path}: {error.strerror or error}') from error
        room = 'make room, or ' if error.errno in NO_ROOM else ''
        raise Refusal(f'{path} cannot be written: {error.strerror or error}; {room}name another '
                      'folder with --output') from None


def writable(_: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file that could not be written later, before anything is measured."""
    if path is not None:
        try:
            path.open('a').close()
        except OSError as error:
            raise Refusal(f'{path} cannot be written: {error.strerror}; name another file with '
                          f'{parameter.opts[0]}') from None
    return path

"""How a command ends when what it was given cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click


class Refusal(click.ClickException):
    """One line on stderr, and exit code 2."""

    exit_code = 2


@contextmanager
def refusing(*errors: type[Exception]) -> Iterator[None]:
    """Turn errors whose message says what is wrong and what to do into a ``Refusal``."""
    try:
        yield
    except errors as error:
        raise Refusal(str(error)) from error

"""Words of commands that a user copies from a message into a shell."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TextIO


def shell_path(path: str | os.PathLike[str]) -> str:
    """Return a path as one word of a command, whatever is in it."""
    text = os.fspath(path)
    # Else it would be taken for an option.
    return shell_word(f'./{text}' if text.startswith('-') else text)


def shell_word(text: str) -> str:
    r"""Return a text as one word of a command, on one line.

    What cannot be printed here is written as bash, zsh and ksh read it: ``$'caf\351'``.
    """
    if text.isprintable() and all(_can_print(stream, text) for stream in (sys.stdout, sys.stderr)):
        return shlex.quote(text)
    return "$'" + ''.join(_escaped(byte) for byte in os.fsencode(text)) + "'"


def make_variable(name: str, path: str | os.PathLike[str]) -> str:
    """Return a variable of ``make``, which itself expands ``$``, with a path as its value."""
    text = os.fspath(path)
    text = f'./{text}' if text.startswith('-') else text
    return shell_word(f'{name}={text.replace("$", "$$")}')


def _can_print(stream: TextIO | None, text: str) -> bool:
    try:
        text.encode(getattr(stream, 'encoding', None) or 'utf-8')
    except UnicodeEncodeError:
        return False
    return True


def _escaped(byte: int) -> str:
    letter = chr(byte)
    if letter in "\\'":
        return f'\\{letter}'
    # Three octal digits: a hexadecimal escape would take in digits that follow.
    return letter if letter.isascii() and letter.isprintable() else f'\\{byte:03o}'

r"""The lines of the TraX protocol: ``@@TRAX:name "argument" "key=value"``.

A message is one line. What follows its name are arguments and, as ``key=value``, properties, with
spaces between them; each may stand in double quotes. A backslash makes the next character an
ordinary one, and ``\n`` is a line's end. A key is made of up to 64 letters, digits, dots and
underscores. Lines without the prefix are no messages: programs print what they like.

Source: the protocol's specification, https://trax.readthedocs.io/en/latest/protocol.html; the
escape of ``=`` is what version 4.0.2 of the reference library reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
import re

from rat_tracker.evaluation.trax.errors import shown
from rat_tracker.evaluation.trax.errors import TraxError

PREFIX = '@@TRAX:'
_NAME = re.compile(r'[A-Za-z0-9]+(?=[ \r]|\Z)')
_TOKEN = re.compile(
    r'[ \r]+(?:"(?P<quoted>[^"\\]*(?:\\.[^"\\]*)*)"|(?P<plain>(?![" \r])[^ \\]*(?:\\.[^ \\]*)*))'
    r'(?=[ \r]|\Z)', re.DOTALL)
_KEY = r'[A-Za-z0-9._]{1,64}'
_PROPERTY = re.compile(rf'(?P<key>{_KEY})=(?P<value>.*)', re.DOTALL)
_ESCAPE = re.compile(r'\\(.)', re.DOTALL)


@dataclass(frozen=True)
class Message:
    """One message, its escapes resolved."""

    name: str
    arguments: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)


def encode(message: Message) -> bytes:
    """Return the line of a message, with the newline.

    :raises ValueError: a property's key is not a key
    """
    parts = [PREFIX + message.name]
    for argument in message.arguments:
        text = _escaped(argument)
        if _PROPERTY.match(text):
            text = text.replace('=', r'\=')
        parts.append(f'"{text}"')
    for key, value in message.properties.items():
        if not re.fullmatch(_KEY, key):
            raise ValueError(f'{key!r} is not a key; it may have 64 letters, digits, . and _')
        parts.append(f'"{key}={_escaped(value)}"')
    return (' '.join(parts) + '\n').encode('utf-8', 'surrogateescape')


def decode(line: bytes) -> Message | None:
    """Read a line; None if it is not a message.

    :raises TraxError: it has the prefix and cannot be read
    """
    text = line.decode('utf-8', 'surrogateescape').rstrip('\r\n')
    if not text.startswith(PREFIX):
        return None
    text = text.removeprefix(PREFIX)
    name = _NAME.match(text)
    if name is None:
        raise TraxError(f'the message {shown(text)} has no name')
    arguments, properties = [], {}
    position, end = name.end(), len(text.rstrip(' \r'))
    while position < end:
        token = _TOKEN.match(text, position)
        if token is None:
            raise TraxError(f'the message {shown(text)} cannot be read from character '
                            f'{position + 1} on: a quote or backslash is out of place')
        position = token.end()
        raw = token['plain'] if token['quoted'] is None else token['quoted']
        found = _PROPERTY.match(raw)
        if found:
            properties[found['key']] = _plain(found['value'])
        else:
            arguments.append(_plain(raw))
    return Message(name[0].lower(), tuple(arguments), properties)


def _escaped(text: str) -> str:
    return text.replace('\\', r'\\').replace('"', r'\"').replace('\n', r'\n')


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: '\n' if found[1] == 'n' else found[1], text)

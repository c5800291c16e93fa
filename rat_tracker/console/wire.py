"""What goes over the web socket ``/live``: the protocol between the server and its page.

Page to server, text, at most ``LARGEST_MESSAGE`` bytes: a ``ViewerState`` (requests.py) as a JSON
object, the first one within ten seconds, then one as soon as a picture is on the screen or could
not be shown, and whenever what the page wants changes.

Server to page, text: a JSON list of events (events.py), each an object whose ``type`` is
``target``, ``selection``, ``diagnostics`` or ``problem``.

Server to page, binary: a picture.

    4 bytes    length of the head, big-endian
    head       a JSON object: ``PictureHead``
    image      ``head.image`` bytes: JPEG
    attention  ``head.attention`` bytes: JPEG, grey; none unless the page wants it

At most one picture is in flight to a page: the next is sent when ``ViewerState.shown`` names it.

The server closes with 1001 when it ends, and with 1008 or 1009 when a message was not as above; it
cuts the connection of a page that has not shown its picture for ten seconds. Whatever the reason,
the page connects anew. A plain GET of ``/live`` says in words why it is refused: 401, 403, 503,
and 426 if it would be taken.
"""

from __future__ import annotations

import msgspec

from rat_tracker.console.events import Picture
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.console.requests import ViewerState

LARGEST_MESSAGE = 4096

_ENCODER = msgspec.json.Encoder()
_VIEWER_STATES = msgspec.json.Decoder(ViewerState)
_LENGTH = 4  # bytes


class PictureHead(msgspec.Struct, frozen=True):
    """What a page is sent of a picture, besides the bytes."""

    number: int
    stamp: str
    frame_id: str
    width: int
    height: int
    target: TargetEvent | None
    age: float  # seconds for which the server has had it
    image: int
    attention: int


def encode_picture(picture: Picture, age: float, attention: bool) -> bytes:
    """Return a picture as one message, with its attention or without."""
    attention_image = picture.attention if attention else b''
    head = _ENCODER.encode(PictureHead(
        picture.number, picture.stamp, picture.frame_id, picture.width, picture.height,
        picture.target, round(age, 3), len(picture.image), len(attention_image)))
    return b''.join((len(head).to_bytes(_LENGTH, 'big'), head, picture.image, attention_image))


def decode_head(message: bytes) -> PictureHead:
    """Return the head of a picture, as a page does."""
    end = _LENGTH + int.from_bytes(message[:_LENGTH], 'big')
    return msgspec.json.decode(message[_LENGTH:end], type=PictureHead)


def encode_events(events: list[RobotEvent]) -> str:
    """Return events as one message."""
    return _ENCODER.encode(events).decode()


def decode_viewer_state(text: str) -> ViewerState:
    """Return what a page shows and wants.

    :raises msgspec.MsgspecError: it is not a ``ViewerState``
    """
    return _VIEWER_STATES.decode(text)

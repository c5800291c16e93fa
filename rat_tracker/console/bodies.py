"""Reading the bodies of requests, which are limited in size and in time."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from aiohttp import web
import msgspec

LARGEST_BODY = 8192  # bytes; aiohttp counts them
_TIMEOUT = 5.0  # seconds for a body to arrive
_FORM = 'application/x-www-form-urlencoded'

Message = TypeVar('Message')


async def read_json(request: web.Request, decoder: msgspec.json.Decoder[Message]) -> Message:
    """Return the message in a request's body.

    :raises web.HTTPException: it is too large, too slow, or not JSON by its type
    :raises msgspec.MsgspecError: it is not such a message
    """
    if request.content_type != 'application/json':
        raise web.HTTPUnsupportedMediaType(text='the body has to be application/json')
    try:
        body = await asyncio.wait_for(request.read(), _TIMEOUT)
    except asyncio.TimeoutError:
        raise web.HTTPRequestTimeout(text='the body did not arrive in time') from None
    try:
        return decoder.decode(body)
    except (UnicodeDecodeError, RecursionError):
        raise web.HTTPBadRequest(text='the body is no JSON that can be read') from None


async def read_form_field(request: web.Request, name: str) -> str | None:
    """Return a field of a form; None if there is none, or it cannot be read.

    :raises web.HTTPException: it is too large
    """
    if request.content_type != _FORM:
        return None
    try:
        value = (await asyncio.wait_for(request.post(), _TIMEOUT)).get(name)
    except (asyncio.TimeoutError, LookupError, UnicodeDecodeError):
        return None  # too slow, or not in the character set that it names
    return value if isinstance(value, str) else None

"""What a page does at the web socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import json
from typing import Any

import aiohttp
from console.clients import head_of
from console.clients import next_picture
from console.clients import PATIENCE

VISIBLE = {'shown': 0, 'pictures': True}


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async def wait() -> None:
        while not holds():
            await asyncio.sleep(0.01)
    await asyncio.wait_for(wait(), PATIENCE)


async def watch(viewer: aiohttp.ClientWebSocketResponse, number: int) -> int:
    """Show so many pictures as a page does; return the last one's number."""
    shown = 0
    for _ in range(number):
        shown = (await next_picture(viewer))['number']
        await viewer.send_json({'shown': shown})
    return shown


async def next_event(viewer: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """Return the next event of a kind; show pictures meanwhile."""
    while True:
        message = await viewer.receive(PATIENCE)
        if message.type is aiohttp.WSMsgType.BINARY:
            await viewer.send_json({'shown': head_of(message.data)['number']})
            continue
        assert message.type is aiohttp.WSMsgType.TEXT, message
        for event in json.loads(message.data):
            if event['type'] == kind:
                assert isinstance(event, dict)
                return event

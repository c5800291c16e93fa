"""Many pages in one process: what a browser sends to the console, without drawing anything.

``python -m rat_tracker.ros.runs.bench.viewers ADDRESS VIEWERS JOURNAL`` runs until it is ended.
Each picture is a line in the journal: the viewer's number and the time in nanoseconds.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
import sys
import time
from typing import TextIO

import aiohttp
import msgspec

from rat_tracker.console.requests import ViewerState
from rat_tracker.console.wire import decode_head
from rat_tracker.ros.runs.bench.configuration import ViewerLoad

_FROZEN = 10.0  # seconds


async def view_pages(address: str, viewers: ViewerLoad, journal: TextIO) -> None:
    """Show every picture at once; the frozen viewer, which comes last, its first one only."""
    async with aiohttp.ClientSession(headers={'Origin': address.rstrip('/')}) as session:
        await asyncio.gather(*(
            _view(session, address, number, viewers, journal)
            for number in range(viewers.live + viewers.frozen)))


async def _view(
    session: aiohttp.ClientSession, address: str, number: int, viewers: ViewerLoad,
    journal: TextIO,
) -> None:
    frozen = number == viewers.live
    while True:
        async with session.ws_connect(f'{address}live', max_msg_size=0) as socket:
            await _acknowledge(socket, 0, viewers)
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.BINARY:
                    continue
                print(number, time.time_ns(), file=journal, flush=True)
                if frozen:
                    break
                await _acknowledge(socket, decode_head(message.data).number, viewers)
            if not frozen:
                raise ConnectionError('the console sends nothing any more')
            # It does not even read any more; and since the console gives it up, it comes anew.
            await asyncio.sleep(_FROZEN)


async def _acknowledge(
    socket: aiohttp.ClientWebSocketResponse, shown: int, viewers: ViewerLoad,
) -> None:
    """Tell the console which picture is shown, as the page does: it sends the next one then."""
    state = ViewerState(shown=shown, attention=viewers.attention)
    await socket.send_str(msgspec.json.encode(state).decode())


def main() -> None:
    """Run until the process is ended."""
    address, viewers, journal = sys.argv[1:]
    wanted = ViewerLoad.parse(viewers)
    assert wanted is not None
    with Path(journal).open('w', encoding='utf-8') as file:
        asyncio.run(view_pages(address, wanted, file))


if __name__ == '__main__':
    main()

"""Waiting for events and for the end of tasks."""

from __future__ import annotations

import asyncio
from typing import Any


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event; set it after some seconds.

    asyncio.wait_for, before Python 3.12, loses a cancellation that comes with the event.
    """
    alarm = asyncio.get_running_loop().call_later(seconds, event.set)
    try:
        await event.wait()
    finally:
        alarm.cancel()


async def end(task: asyncio.Task[Any]) -> None:
    """Cancel a task, and return when it has ended."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # nobody waits for it any more

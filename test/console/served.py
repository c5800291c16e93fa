"""A console that runs in a thread of its own, as beside a node."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
import threading
from typing import TypeVar

from console.fake_robot import FakeRobot

from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.server import Console

PATIENCE = 30.0  # seconds; what is waited for takes far less on an idle machine
Result = TypeVar('Result')


class Served:
    """A robot's page, and a way into the thread that serves it."""

    def __init__(self, robot: FakeRobot, url: str, loop: asyncio.AbstractEventLoop) -> None:
        self.robot = robot
        self.url = url
        self._loop = loop

    @property
    def port(self) -> int:
        return int(self.url.rstrip('/').rpartition(':')[2])

    def do(self, act: Callable[[], Result]) -> Result:
        """Return what a function returns in the server's thread."""
        async def call() -> Result:
            return act()
        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(PATIENCE)


@contextmanager
def served(options: ConsoleOptions, robot: FakeRobot | None = None) -> Iterator[Served]:
    """Serve a robot while the block runs."""
    robot = robot or FakeRobot()
    ready = threading.Event()
    ended = threading.Event()
    started: list[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        console = Console(robot, options)
        end = asyncio.Event()
        started.append((await console.start(), asyncio.get_running_loop(), end))
        ready.set()
        await end.wait()
        await console.stop()

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            ended.set()
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    assert started, 'the console did not start'
    url, loop, end = started[0]
    try:
        yield Served(robot, url, loop)
    finally:
        loop.call_soon_threadsafe(end.set)
        assert ended.wait(PATIENCE), 'the console did not stop'

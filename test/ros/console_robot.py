"""The robot behind the page, with its event loop in a thread: what a server would ask of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from collections.abc import Coroutine
from collections.abc import Iterator
from contextlib import contextmanager
import itertools
import threading
import time
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeVar

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter

from rat_tracker.console.events import Picture
from rat_tracker.console.events import ProblemEvent
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.robot import RobotUnavailable
from rat_tracker.ros import parameters
from rat_tracker.ros.console.ros_bridge import RosBridge
from rat_tracker.ros.console.settings import ConsoleSettings
from rat_tracker.ros.console.tracker_robot import TrackerRobot

if TYPE_CHECKING:
    from ros.client import Client

Answer = TypeVar('Answer')
LONG = 60.0  # seconds; what is waited for takes few on an idle machine


def feed_of(send: Callable[[int], None], first: int = 0) -> Callable[[], None]:
    """Return what sends the next image whenever it is due, five per second.

    Where none comes for a while, the tracker and the console have something to say about it.

    :param first: the first image's number
    """
    due, numbers = 0.0, itertools.count(first)

    def feed() -> None:
        nonlocal due
        if time.monotonic() > due:
            send(next(numbers))
            due = time.monotonic() + 0.2
    return feed


class ConsoleRobot:
    """A ``TrackerRobot`` on a client's domain; the client spins while it is waited for."""

    def __init__(
        self, client: Client, name: str = 'console_node', patient: bool = True, **values: object,
    ) -> None:
        self._client = client
        self._patient = patient
        self._context = rclpy.Context()
        rclpy.init(context=self._context, domain_id=client.node.context.get_domain_id())
        self.node = rclpy.create_node(name, context=self._context, parameter_overrides=[
            Parameter(name, value=value) for name, value in values.items()])
        settings = parameters.declare(self.node, ConsoleSettings)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)
        self._bridge = RosBridge(self._executor, self.node)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.events: list[RobotEvent] = []
        self._robot: TrackerRobot = self._call(
            self._create(settings))

    async def _create(self, settings: ConsoleSettings) -> TrackerRobot:
        return TrackerRobot(self._bridge, settings, self._loop)

    def close(self) -> None:
        """End both threads."""
        try:
            self._call(self._close())
            self._bridge.close()
            self._executor.shutdown()
        finally:  # else the thread would keep the process from ending
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self.node.destroy_node()
            self._context.try_shutdown()

    async def _close(self) -> None:
        self._robot.unwatch()
        self._robot.close()

    def _call(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._client.wait('the robot', future.done, LONG)
        return future.result()

    # What a server does

    def watch(self, attention: bool = False) -> None:
        self._loop.call_soon_threadsafe(self._robot.watch, self.events.append, attention)

    def unwatch(self) -> None:
        self._loop.call_soon_threadsafe(self._robot.unwatch)

    def picture(self, after: int = 0, attention: bool = False) -> Picture:
        return self._call(self._robot.picture(after, attention))

    @contextmanager
    def pictures(self, after: int, attention: bool) -> Iterator[Callable[[], list[Picture]]]:
        """Lend what returns the pictures that have come since it was called last."""
        under_way = self.begin('picture', after, attention)

        def come() -> list[Picture]:
            nonlocal under_way
            if not under_way.done():
                return []
            picture = under_way.result()
            under_way = self.begin('picture', picture.number, attention)
            return [picture]
        try:
            yield come
        finally:
            under_way.cancel()

    def ask(self, what: str, *arguments: object) -> Any:
        """Call a coroutine of the robot and return what it returns.

        Where a machine is busy the tracker may be discovered later than a person would wait.
        """
        end = time.monotonic() + LONG
        while True:
            try:
                return self._call(getattr(self._robot, what)(*arguments))
            except RobotUnavailable:
                if not self._patient or time.monotonic() > end:
                    raise

    def begin(self, what: str, *arguments: object) -> Any:
        """Call a coroutine of the robot and return the future."""
        return asyncio.run_coroutine_threadsafe(
            getattr(self._robot, what)(*arguments), self._loop)

    def do(self, call: Callable[[], None]) -> None:
        """Have something done in the executor's thread."""
        self._bridge.call_soon(call)

    # What came of it

    @property
    def failed(self) -> bool:
        """Whether the executor's thread has ended by an exception."""
        return self._bridge.failed

    def reported(
        self, kind: type, feed: Callable[[], None] = lambda: None, **fields: object,
    ) -> Any:
        """Wait for an event with these values and return it; those from before count, too.

        :param feed: is called again and again meanwhile
        """
        def found() -> RobotEvent | None:
            feed()
            return next((
                event for event in reversed(self.events) if isinstance(event, kind)
                and all(getattr(event, name) == value for name, value in fields.items())), None)
        return self._client.wait(f'{kind.__name__} with {fields}', found, LONG)

    @property
    def problem(self) -> str:
        """The newest problem; a question mark before the first report."""
        return next((event.message for event in reversed(self.events)
                     if isinstance(event, ProblemEvent)), '?')

    def wait_for_problem(self, words: str) -> None:
        """Wait until the newest problem holds these words."""
        try:
            self._client.wait(f'a problem of {words!r}', lambda: words in self.problem, LONG)
        except AssertionError as error:
            raise AssertionError(f'{error}; the newest is {self.problem!r}') from None

    def wait_for_no_problem(self, feed: Callable[[], None]) -> None:
        """Wait until there is no problem any more, while images go on."""
        def clear() -> bool:
            feed()
            return not self.problem
        try:
            self._client.wait('no problem', clear, LONG)
        except AssertionError as error:
            raise AssertionError(f'{error}; the newest is {self.problem!r}') from None

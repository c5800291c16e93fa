"""ROS, asked from asyncio: a node that spins in a thread beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import concurrent.futures
import threading
from typing import Any
from typing import TypeVar

from rclpy.executors import Executor
from rclpy.node import Node
from rclpy.task import Future

from rat_tracker.console.robot import RobotUnavailable
from rat_tracker.ros.execution.executor_calls import ExecutorCalls

_DISCOVERY = 4.0       # seconds within which a service has to be there
_POLL = 0.1            # seconds between two checks for it
_RESPONSE = 3.0        # seconds after which a response is taken for lost, as the first one may be
_ATTEMPTS = 3

Result = TypeVar('Result')


class RosBridge:
    """Spins a node beside the event loop, from the beginning to ``close``."""

    def __init__(self, executor: Executor, node: Node) -> None:
        """Begin.

        :param executor: holds the node
        """
        self.node = node
        self._calls = ExecutorCalls(node)
        self._error: Exception | None = None
        self._ending = False
        self._executor = executor
        self._thread = threading.Thread(target=self._run, name='executor')
        self._thread.start()

    def call_soon(self, function: Callable[[], None]) -> None:
        """Have a function called in the executor's thread; from any thread."""
        self._calls.call_soon(function)

    async def call(self, function: Callable[[], Result]) -> Result:
        """Return what a function returns, or raise what it raises, in the executor's thread."""
        future: concurrent.futures.Future[Result] = concurrent.futures.Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(function())
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller is raised it
                future.set_exception(error)
        self._calls.call_soon(run)
        return await asyncio.wrap_future(future)

    @property
    def failed(self) -> bool:
        """Whether the thread has ended by an exception, which ``close`` raises."""
        return self._error is not None

    def close(self) -> None:
        """End the thread once it has made all calls; raise what it has ended by."""
        self._calls.call_soon(self._end)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while not self._ending:
                self._executor.spin_once()
        except Exception as error:  # noqa: BLE001 - whatever it is, close() raises it
            self._error = error

    def _end(self) -> None:
        self._ending = True


class Service:
    """A service of the tracker's, asked from the event loop's thread, again if need be."""

    def __init__(self, bridge: RosBridge, kind: Any, name: str) -> None:
        """Look out for the service from now on: what is known early responds at once.

        :param kind: the service's type
        :param name: its full name
        """
        self.Request: Callable[..., Any] = kind.Request
        self._client = bridge.node.create_client(kind, name)
        self._bridge = bridge
        self._name = name
        self._tracker = name.rpartition('/')[0]

    async def ask(self, request: Any) -> Any:
        """Return the response.

        :raises RobotUnavailable: there is no such service, or it does not respond
        """
        await self._discovered()
        loop = asyncio.get_running_loop()
        response: asyncio.Future[Any] = loop.create_future()
        pending: list[Future] = []

        def receive(future: Future) -> None:
            if not response.done():
                if (error := future.exception()) is None:
                    response.set_result(future.result())
                else:
                    response.set_exception(error)

        def send() -> None:
            future = self._client.call_async(request)
            pending.append(future)
            future.add_done_callback(lambda future: loop.call_soon_threadsafe(receive, future))

        def forget() -> None:
            for future in pending:
                self._client.remove_pending_request(future)
        try:
            for _ in range(_ATTEMPTS):
                self._bridge.call_soon(send)
                done, _ = await asyncio.wait([response], timeout=_RESPONSE)
                if done:
                    return response.result()
        finally:
            self._bridge.call_soon(forget)
        raise RobotUnavailable(
            f'{self._name} does not answer (waited {_ATTEMPTS * _RESPONSE:g} s); see whether '
            f'{self._tracker} hangs, or start it again')

    async def _discovered(self) -> None:
        """Wait for the service.

        :raises RobotUnavailable: there is none
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + _DISCOVERY
        while not self._client.service_is_ready():
            if loop.time() > end:
                raise RobotUnavailable(
                    f'{self._name} is not offered (waited {_DISCOVERY:g} s); start '
                    f'{self._tracker}, or configure and activate it, or name another with the '
                    'parameter tracker of console_node')
            await asyncio.sleep(_POLL)

"""A service of the tracker's, asked from the event loop's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from rclpy.node import Node
from rclpy.task import Future

from rat_tracker.console.robot import RobotUnavailable
from rat_tracker.ros.executor_calls import ExecutorCalls

_OFFERED = 4.0  # seconds within which the service has to be there
_ANSWER = 3.0   # seconds after which a response is taken for lost, as the first one may be
_TIMES = 3      # that it is asked
_TURN = 0.1     # seconds from one look for the service to the next


class Service:
    """Ask, wait, and ask again."""

    def __init__(self, node: Node, calls: ExecutorCalls, kind: Any, name: str) -> None:
        """Look out for the service from now on: what is known early answers at once.

        :param kind: the service's type
        :param name: its full name
        """
        self.Request: Callable[..., Any] = kind.Request
        self._client = node.create_client(kind, name)
        self._calls = calls
        self._name = name
        self._tracker = name.rpartition('/')[0]

    async def ask(self, request: Any) -> Any:
        """Return the response.

        :raises RobotUnavailable: there is no such service, or it does not answer
        """
        await self._await_service()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        asked: list[Future] = []

        def respond(future: Future) -> None:
            if not answer.done():
                if (error := future.exception()) is None:
                    answer.set_result(future.result())
                else:
                    answer.set_exception(error)

        def send() -> None:
            future = self._client.call_async(request)
            asked.append(future)
            future.add_done_callback(lambda future: loop.call_soon_threadsafe(respond, future))
        try:
            for _ in range(_TIMES):
                self._calls.call_soon(send)
                done, _ = await asyncio.wait([answer], timeout=_ANSWER)
                if done:
                    return answer.result()
        finally:
            self._calls.call_soon(partial(self._forget, asked))
        raise RobotUnavailable(
            f'{self._name} does not answer (waited {_TIMES * _ANSWER:g} s); see whether '
            f'{self._tracker} hangs, or start it again')

    async def _await_service(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _OFFERED
        while not self._client.service_is_ready():
            if loop.time() > end:
                raise RobotUnavailable(
                    f'{self._name} is not offered (waited {_OFFERED:g} s); start {self._tracker}, '
                    'or configure and activate it, or name another with the parameter tracker of '
                    'console_node')
            await asyncio.sleep(_TURN)

    def _forget(self, asked: list[Future]) -> None:
        for future in asked:
            self._client.remove_pending_request(future)

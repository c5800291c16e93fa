"""What the page asks for by HTTP; bodies and responses are JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web
import msgspec

from rat_tracker.console.bodies import read_json
from rat_tracker.console.requests import Clear
from rat_tracker.console.requests import ParameterChange
from rat_tracker.console.requests import Selection
from rat_tracker.console.responses import json_response
from rat_tracker.console.robot import Robot
from rat_tracker.console.robot import RobotUnavailable

_CONCURRENT = 8  # requests that may wait for the robot
_TIMEOUT = 60.0  # seconds after which the robot is not waited for any more

_SELECTIONS: msgspec.json.Decoder[Selection] = msgspec.json.Decoder(Selection)
_CLEAR = msgspec.json.Decoder(Clear)
_CHANGES = msgspec.json.Decoder(ParameterChange)

Answer = TypeVar('Answer')


class Api:
    """Reads requests, hands them to the robot, and responds with what it answers."""

    def __init__(self, robot: Robot) -> None:
        self._robot = robot
        self._slots = asyncio.Semaphore(_CONCURRENT)

    def routes(self) -> list[web.RouteDef]:
        """Return the paths and what responds to them."""
        return [
            web.post('/api/select', self._select),
            web.post('/api/clear', self._clear),
            web.post('/api/parameter', self._change),
            web.get('/api/parameters', self._parameters),
            web.get('/api/image_topics', self._image_topics)]

    async def _select(self, request: web.Request) -> web.Response:
        selection = await read_json(request, _SELECTIONS)
        return json_response(await self._ask(lambda: self._robot.select(selection)))

    async def _clear(self, request: web.Request) -> web.Response:
        await read_json(request, _CLEAR)
        return json_response(await self._ask(self._robot.clear))

    async def _change(self, request: web.Request) -> web.Response:
        change = await read_json(request, _CHANGES)
        return json_response(await self._ask(lambda: self._robot.change(change)))

    async def _parameters(self, request: web.Request) -> web.Response:
        # With the type's name, because JavaScript cannot tell 2 from 2.0.
        return json_response([
            {**msgspec.structs.asdict(each), 'kind': type(each.value).__name__}
            for each in await self._ask(self._robot.parameters)])

    async def _image_topics(self, request: web.Request) -> web.Response:
        return json_response(await self._ask(self._robot.image_topics))

    async def _ask(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return what the robot answers.

        :raises web.HTTPTooManyRequests: enough requests wait for it already
        :raises RobotUnavailable: it takes too long
        """
        if self._slots.locked():
            raise web.HTTPTooManyRequests(
                text='the robot is busy with other requests; try again in a moment',
                headers={'Retry-After': '1'})
        async with self._slots:
            try:
                return await asyncio.wait_for(ask(), _TIMEOUT)
            except asyncio.TimeoutError:
                raise RobotUnavailable(f'no answer within {_TIMEOUT:g} s; try again') from None

"""What the page asks for by HTTP; bodies and answers are JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from aiohttp import web
import msgspec

from rat_tracker.console.connections import Connections
from rat_tracker.console.requests import Clear
from rat_tracker.console.requests import ParameterChange
from rat_tracker.console.requests import Selection
from rat_tracker.console.responses import json_response
from rat_tracker.console.robot import Robot
from rat_tracker.console.robot import RobotUnavailable

LARGEST_BODY = 8192  # bytes
_AT_ONCE = 8  # requests that may wait for the robot
_BODY_TIME = 5.0  # seconds for a body to arrive
_ANSWER_TIME = 60.0  # seconds after which the robot is not waited for any more

_SELECTIONS: msgspec.json.Decoder[Selection] = msgspec.json.Decoder(Selection)
_CLEAR = msgspec.json.Decoder(Clear)
_CHANGES = msgspec.json.Decoder(ParameterChange)

Message = TypeVar('Message')


class Api:
    """Reads requests, hands them to the robot, and answers what it says."""

    def __init__(self, robot: Robot, connections: Connections) -> None:
        self._robot = robot
        self._connections = connections
        self._under_way = 0

    def routes(self) -> list[web.RouteDef]:
        """Return the paths and what answers them."""
        return [
            web.post('/api/select', self._select),
            web.post('/api/clear', self._clear),
            web.post('/api/parameter', self._change),
            web.get('/api/parameters', self._parameters),
            web.get('/api/image_topics', self._image_topics)]

    async def _select(self, request: web.Request) -> web.Response:
        with self._turn(request):
            selection = await _read(request, _SELECTIONS)
            return json_response(await _in_time(self._robot.select(selection)))

    async def _clear(self, request: web.Request) -> web.Response:
        with self._turn(request):
            await _read(request, _CLEAR)
            return json_response(await _in_time(self._robot.clear()))

    async def _change(self, request: web.Request) -> web.Response:
        with self._turn(request):
            change = await _read(request, _CHANGES)
            return json_response(await _in_time(self._robot.change(change)))

    async def _parameters(self, request: web.Request) -> web.Response:
        with self._turn(request):
            known = await _in_time(self._robot.parameters())
            # The type is told, because JavaScript cannot tell 2 from 2.0.
            return json_response([
                {**msgspec.structs.asdict(each), 'kind': type(each.value).__name__}
                for each in known])

    async def _image_topics(self, request: web.Request) -> web.Response:
        with self._turn(request):
            return json_response(await _in_time(self._robot.image_topics()))

    @contextmanager
    def _turn(self, request: web.Request) -> Iterator[None]:
        """Count a request while it is under way.

        :raises web.HTTPTooManyRequests: there are enough
        """
        if self._under_way >= _AT_ONCE:
            raise web.HTTPTooManyRequests(
                text='the robot is busy with other requests; try again in a moment',
                headers={'Retry-After': '1'})
        self._under_way += 1
        try:
            with self._connections.at_work(request):
                yield
        finally:
            self._under_way -= 1


async def _read(request: web.Request, decoder: msgspec.json.Decoder[Message]) -> Message:
    """Return the message in a request's body.

    :raises web.HTTPException: it is too large, too slow, or not JSON by its type
    :raises msgspec.MsgspecError: it is not such a message
    """
    if request.content_type != 'application/json':
        raise web.HTTPUnsupportedMediaType(text='the body has to be application/json')
    try:
        body = await asyncio.wait_for(request.read(), _BODY_TIME)
    except asyncio.TimeoutError:
        raise web.HTTPRequestTimeout(text='the body did not arrive in time') from None
    try:
        return decoder.decode(body)
    except (UnicodeDecodeError, RecursionError):
        raise web.HTTPBadRequest(text='the body is no JSON that can be read') from None


async def _in_time(answer: Awaitable[Message]) -> Message:
    """Return what the robot answers.

    :raises RobotUnavailable: it takes too long
    """
    try:
        return await asyncio.wait_for(answer, _ANSWER_TIME)
    except asyncio.TimeoutError:
        raise RobotUnavailable(f'no answer within {_ANSWER_TIME:g} s; try again') from None

"""The console's server.

To serve a robot::

    console = Console(robot, ConsoleOptions(port=8080))
    url = await console.start()  # OSError if the port is taken
    ...
    await console.stop()

in an event loop of whichever thread; ``robot`` (robot.py) is called in that thread only.
"""

from __future__ import annotations

import asyncio
from functools import partial
import ipaddress
import logging
import socket

from aiohttp import web

from rat_tracker.console.api import Api
from rat_tracker.console.api import LARGEST_BODY
from rat_tracker.console.connections import Connections
from rat_tracker.console.guard import Guard
from rat_tracker.console.http_log import http_log
from rat_tracker.console.live import Live
from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.page_files import page_routes
from rat_tracker.console.responses import add_headers
from rat_tracker.console.responses import error_middleware
from rat_tracker.console.robot import Robot
from rat_tracker.console.viewers import Viewers

_GOOD_BYE = 1.0  # seconds for requests that are under way when the server ends


class Console:
    """Serves the page of a robot.

    :param log: takes one line for what goes wrong
    """

    def __init__(
        self, robot: Robot, options: ConsoleOptions, log: logging.Logger | None = None,
    ) -> None:
        self._robot = robot
        self._options = options
        self._log = log or logging.getLogger(__name__)
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._live: Live | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> str:
        """Listen; return the page's address.

        :raises OSError: this host and port cannot be listened on
        """
        options, log = self._options, self._log
        connections = Connections(http_log(log))
        viewers = Viewers(self._robot, options, log)
        self._live = Live(viewers, connections)
        application = web.Application(
            middlewares=[error_middleware(log), Guard(options).check],
            client_max_size=LARGEST_BODY)
        application.on_response_prepare.append(add_headers)
        application.add_routes([
            *page_routes(), *Api(self._robot, connections).routes(),
            web.get('/live', self._live.answer)])
        self._runner = web.AppRunner(application, shutdown_timeout=_GOOD_BYE)
        await self._runner.setup()
        server = self._runner.server
        assert server is not None
        try:
            self._server = await asyncio.get_running_loop().create_server(
                partial(connections.accept, server), options.host or None, options.port)
        except OSError:
            await self._runner.cleanup()
            raise
        self._tasks = [asyncio.create_task(each)
                       for each in (viewers.run(), connections.sweep())]
        return _url(options.host, self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Say good-bye to all pages, and listen no more."""
        if self._server is None or self._runner is None or self._live is None:
            return
        self._server.close()
        await self._live.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._runner.cleanup()
        self._server = None


def _url(host: str, port: int) -> str:
    """Return the address under which the page is found."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host or socket.gethostname()
    else:
        name = str(address)
        if address.is_unspecified:
            name = socket.gethostname()
        elif address.version == 6:
            name = f'[{name}]'
    return f'http://{name}:{port}/'

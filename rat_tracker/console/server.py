"""The console's server.

To serve a robot::

    console = Console(robot, ConsoleOptions())
    url = await console.start()  # OSError if the port is taken
    ...
    await console.stop()

in an event loop of whichever thread; ``robot`` (robot.py) is called in that thread only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
import ipaddress
import logging
import socket

from aiohttp import web

from rat_tracker.console.api import Api
from rat_tracker.console.bodies import LARGEST_BODY
from rat_tracker.console.guard import Guard
from rat_tracker.console.http_log import http_log
from rat_tracker.console.live import Live
from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.page_files import page_routes
from rat_tracker.console.responses import add_headers
from rat_tracker.console.responses import error_middleware
from rat_tracker.console.robot import Robot
from rat_tracker.console.viewers import Viewers
from rat_tracker.console.waiting import end

_IDLE_TIMEOUT = 15.0  # seconds in which a request's head has to be complete
_LINGERING_TIME = 1.0  # seconds for which the rest of a refused body is read
_SHUTDOWN_TIMEOUT = 1.0  # seconds for requests that are under way when the server ends


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

    async def start(self) -> str:
        """Listen; return the page's address.

        :raises OSError: this host and port cannot be listened on
        """
        # Without aiohttp's access log: addresses may hold the token.
        runner = web.AppRunner(
            self._application(), access_log=None, logger=http_log(self._log),
            keepalive_timeout=_IDLE_TIMEOUT, lingering_time=_LINGERING_TIME,
            shutdown_timeout=_SHUTDOWN_TIMEOUT)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._options.host or None, self._options.port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        return _url(self._options.host, runner.addresses[0][1])

    async def stop(self) -> None:
        """Close the sockets of all pages, and listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        viewers = Viewers(self._robot, self._options, self._log)
        live = Live(viewers)

        async def show(application: web.Application) -> AsyncIterator[None]:
            task = asyncio.create_task(viewers.run())
            yield
            await end(task)

        application = web.Application(
            middlewares=[error_middleware(self._log), Guard(self._options).check],
            client_max_size=LARGEST_BODY)
        application.on_response_prepare.append(add_headers)
        application.on_shutdown.append(live.close)
        application.cleanup_ctx.append(show)
        application.add_routes([
            *page_routes(), *Api(self._robot).routes(), web.get('/live', live.respond)])
        return application


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

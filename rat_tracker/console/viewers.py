"""All pages that look, and the pictures and news that they are given.

The robot is watched while somebody looks and rests while nobody does. A picture is asked for when
it is due (flow_control.py), and encoded once for all.
"""

from __future__ import annotations

import asyncio
import logging

from rat_tracker.console.event_queue import EventQueue
from rat_tracker.console.events import Picture
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import SelectionEvent
from rat_tracker.console.flow_control import FlowControl
from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.requests import ViewerState
from rat_tracker.console.robot import Robot
from rat_tracker.console.viewer import Viewer
from rat_tracker.console.waiting import end
from rat_tracker.console.waiting import wait
from rat_tracker.console.wire import encode_picture

_TICK = 1.0  # seconds between looks for pages that do not move
_NEWS = 0.25  # seconds that news wait at most, for others and for a picture to go with
_AFTER_FAULT = 1.0  # seconds


class Viewers:
    """The pages that look, and the robot that they look at."""

    def __init__(self, robot: Robot, options: ConsoleOptions, log: logging.Logger) -> None:
        self._robot = robot
        self._most = options.viewers
        self._log = log
        self._pace: FlowControl[Viewer] = FlowControl(options.pictures_per_second)
        self._viewers: set[Viewer] = set()
        self._stirred = asyncio.Event()
        self._known = EventQueue()  # what a page that comes later is told
        self._newest: tuple[Picture, float] | None = None  # and when it came
        self._news_due: asyncio.TimerHandle | None = None
        self._complaint = ''

    @property
    def full(self) -> bool:
        """Whether no page more may look."""
        return len(self._viewers) >= self._most

    def join(self, viewer: Viewer) -> None:
        """Count a page that has not said yet what it wants."""
        self._viewers.add(viewer)

    def look(self, viewer: Viewer, look: ViewerState) -> None:
        """Note what a page shows and wants."""
        is_new = not self._pace.knows(viewer)
        self._pace.look(viewer, look)
        if is_new:
            for news in self._known.look():
                viewer.events.put(news)
            if look.pictures and self._newest is not None:
                self._send(viewer, *self._newest)
        if look.pictures:
            viewer.wake()
        self._stirred.set()

    def leave(self, viewer: Viewer) -> None:
        """Forget a page."""
        self._viewers.discard(viewer)
        self._pace.leave(viewer)
        self._stirred.set()

    def may_be_told(self, viewer: Viewer) -> bool:
        """Return whether a page takes news at the moment."""
        return self._pace.is_awake(viewer, _now())

    async def run(self) -> None:
        """Show the robot to whoever looks, for ever."""
        while True:
            while not self._pace.anybody():
                self._stirred.clear()
                await self._stirred.wait()
            try:
                await self._watch()
            except Exception as error:  # noqa: BLE001, pages come and go, this stays
                self._complain(error)
                await asyncio.sleep(_AFTER_FAULT)
            finally:
                self._robot.rest()
                self._newest = None
                self._known = EventQueue()
                if self._news_due is not None:
                    self._news_due.cancel()
                    self._news_due = None

    async def _watch(self) -> None:
        """Watch the robot until nobody looks any more."""
        attention = self._pace.attention()
        self._robot.watch(self._tell, attention)
        picture: asyncio.Task[Picture] | None = None
        try:
            while self._pace.anybody():
                self._stirred.clear()
                if attention != self._pace.attention():
                    attention = not attention
                    self._robot.watch(self._tell, attention)
                if picture is not None and picture.done():
                    await self._deliver(picture)
                    picture = None
                self._give_up()
                delay = self._pace.delay(_now()) if picture is None else None
                if delay == 0:
                    picture = self._ask(attention)
                    delay = None
                await wait(self._stirred, _TICK if delay is None else min(delay, _TICK))
        finally:
            if picture is not None:
                await end(picture)

    def _ask(self, attention: bool) -> asyncio.Task[Picture]:
        after = 0 if self._newest is None else self._newest[0].number
        self._pace.asked(_now())
        picture = asyncio.ensure_future(self._robot.picture(after, attention))
        picture.add_done_callback(lambda _: self._stirred.set())
        return picture

    async def _deliver(self, task: asyncio.Task[Picture]) -> None:
        error = task.exception()
        if error is not None:
            self._complain(error)
            await asyncio.sleep(_AFTER_FAULT)
            return
        self._complaint = ''
        self._newest = task.result(), _now()
        encoded: dict[bool, bytes] = {}
        for viewer in self._pace.ready():
            attention = self._pace.attention(viewer)
            if attention not in encoded:
                encoded[attention] = encode_picture(task.result(), 0.0, attention)
            self._hand(viewer, task.result().number, encoded[attention])

    def _send(self, viewer: Viewer, picture: Picture, came: float) -> None:
        """Send one page what the others have, so that it need not wait for the camera."""
        message = encode_picture(picture, _now() - came, self._pace.attention(viewer))
        self._hand(viewer, picture.number, message)

    def _hand(self, viewer: Viewer, number: int, message: bytes) -> None:
        self._pace.sent(viewer, number, _now())
        viewer.picture = message
        viewer.wake()

    def _tell(self, news: RobotEvent) -> None:
        """Take news of the robot: they go with the next picture, or after a moment without."""
        if isinstance(news, SelectionEvent) and news in self._known.look():
            return  # latched: the robot says it again whenever it is asked anew
        self._known.put(news)
        for viewer in self._viewers:
            if self._pace.knows(viewer):
                viewer.events.put(news)
        if isinstance(news, SelectionEvent):
            self._wake_all()
        elif self._news_due is None:
            self._news_due = asyncio.get_running_loop().call_later(_NEWS, self._wake_all)

    def _wake_all(self) -> None:
        if self._news_due is not None:
            self._news_due.cancel()
            self._news_due = None
        for viewer in self._viewers:
            viewer.wake()

    def _complain(self, error: BaseException) -> None:
        """Say why there is no picture, once for as long as it is the same."""
        complaint = f'{type(error).__name__}: {error}'
        if complaint != self._complaint:
            self._complaint = complaint
            self._log.error('no picture: %s', complaint)

    def _give_up(self) -> None:
        for viewer in self._pace.given_up(_now()):
            self._pace.leave(viewer)
            viewer.drop()


def _now() -> float:
    return asyncio.get_running_loop().time()

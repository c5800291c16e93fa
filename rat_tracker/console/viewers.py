"""All pages, and the pictures and events that are sent to them.

The robot is watched only while a page is visible. A picture is requested when it is due
(flow_control.py), and encoded once for all.
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

_CHECK_PERIOD = 1.0  # seconds between two searches for frozen pages
_EVENT_DELAY = 0.25  # seconds that events wait at most, for others and for a picture to go with
_RETRY_DELAY = 1.0  # seconds after a fault


class Viewers:
    """The pages that are open, and the robot that they show."""

    def __init__(self, robot: Robot, options: ConsoleOptions, log: logging.Logger) -> None:
        self._robot = robot
        self._limit = options.viewers
        self._log = log
        self._flow: FlowControl[Viewer] = FlowControl(options.picture_rate)
        self._viewers: set[Viewer] = set()
        self._changed = asyncio.Event()
        self._last_events = EventQueue()  # for a page that comes later
        self._newest: tuple[Picture, float] | None = None  # and when it came
        self._flush: asyncio.TimerHandle | None = None
        self._fault = ''

    @property
    def full(self) -> bool:
        """Whether no more pages are allowed."""
        return len(self._viewers) >= self._limit

    def add(self, viewer: Viewer) -> None:
        """Count a page that has not said yet what it wants."""
        self._viewers.add(viewer)

    def update(self, viewer: Viewer, state: ViewerState) -> None:
        """Note what a page shows and wants."""
        is_new = viewer not in self._flow
        self._flow.update(viewer, state)
        if is_new:
            for event in self._last_events.peek():
                viewer.events.put(event)
            if state.pictures and self._newest is not None:
                self._send_newest(viewer, *self._newest)
        if state.pictures:
            viewer.wake()
        self._changed.set()

    def remove(self, viewer: Viewer) -> None:
        """Forget a page."""
        self._viewers.discard(viewer)
        self._flow.remove(viewer)
        self._changed.set()

    def is_responsive(self, viewer: Viewer) -> bool:
        """Return whether a page takes events at the moment."""
        return self._flow.is_responsive(viewer, _now())

    async def run(self) -> None:
        """Show the robot on every page, for ever."""
        while True:
            while not self._flow.pictures_wanted():
                self._changed.clear()
                await self._changed.wait()
            try:
                await self._watch()
            except Exception as error:  # noqa: BLE001, pages come and go, this stays
                self._log_fault(error)
                await asyncio.sleep(_RETRY_DELAY)
            finally:
                self._robot.unwatch()
                self._newest = None
                self._last_events = EventQueue()
                if self._flush is not None:
                    self._flush.cancel()
                    self._flush = None

    async def _watch(self) -> None:
        """Watch the robot until no page wants pictures any more."""
        attention = self._flow.attention_wanted()
        self._robot.watch(self._on_event, attention)
        picture: asyncio.Task[Picture] | None = None
        try:
            while self._flow.pictures_wanted():
                self._changed.clear()
                if attention != self._flow.attention_wanted():
                    attention = not attention
                    self._robot.watch(self._on_event, attention)
                if picture is not None and picture.done():
                    await self._deliver(picture)
                    picture = None
                self._drop_frozen()
                delay = self._flow.delay(_now()) if picture is None else None
                if delay == 0:
                    picture = self._request_picture(attention)
                    delay = None
                await wait(
                    self._changed, _CHECK_PERIOD if delay is None else min(delay, _CHECK_PERIOD))
        finally:
            if picture is not None:
                await end(picture)

    def _request_picture(self, attention: bool) -> asyncio.Task[Picture]:
        after = 0 if self._newest is None else self._newest[0].number
        self._flow.requested(_now())
        picture = asyncio.ensure_future(self._robot.picture(after, attention))
        picture.add_done_callback(lambda _: self._changed.set())
        return picture

    async def _deliver(self, task: asyncio.Task[Picture]) -> None:
        error = task.exception()
        if error is not None:
            self._log_fault(error)
            await asyncio.sleep(_RETRY_DELAY)
            return
        self._fault = ''
        self._newest = task.result(), _now()
        encoded: dict[bool, bytes] = {}
        for viewer in self._flow.ready():
            attention = self._flow.attention_wanted(viewer)
            if attention not in encoded:
                encoded[attention] = encode_picture(task.result(), 0.0, attention)
            self._send(viewer, task.result().number, encoded[attention])

    def _send_newest(self, viewer: Viewer, picture: Picture, came: float) -> None:
        """Send one page what the others have, so that it need not wait for the camera."""
        message = encode_picture(picture, _now() - came, self._flow.attention_wanted(viewer))
        self._send(viewer, picture.number, message)

    def _send(self, viewer: Viewer, number: int, message: bytes) -> None:
        self._flow.sent(viewer, number, _now())
        viewer.picture = message
        viewer.wake()

    def _on_event(self, event: RobotEvent) -> None:
        """Queue an event: it is sent with the next picture, or after a moment without."""
        if isinstance(event, SelectionEvent) and event in self._last_events.peek():
            return  # latched: it comes again whenever the robot is watched anew
        self._last_events.put(event)
        for viewer in self._viewers:
            if viewer in self._flow:
                viewer.events.put(event)
        if isinstance(event, SelectionEvent):
            self._wake_all()
        elif self._flush is None:
            self._flush = asyncio.get_running_loop().call_later(_EVENT_DELAY, self._wake_all)

    def _wake_all(self) -> None:
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        for viewer in self._viewers:
            viewer.wake()

    def _log_fault(self, error: BaseException) -> None:
        """Say why there is no picture, once for as long as it is the same."""
        fault = f'{type(error).__name__}: {error}'
        if fault != self._fault:
            self._fault = fault
            self._log.error('no picture: %s', fault)

    def _drop_frozen(self) -> None:
        for viewer in self._flow.expired(_now()):
            self._flow.remove(viewer)
            viewer.drop()


def _now() -> float:
    return asyncio.get_running_loop().time()

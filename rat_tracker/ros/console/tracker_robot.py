"""The robot behind the page: a tracker's node and its camera. In the event loop's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
import time

from rclpy.node import Node
from std_srvs.srv import Trigger

from rat_tracker.console.events import ParameterInfo
from rat_tracker.console.events import Picture
from rat_tracker.console.events import Reply
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import TopicInfo
from rat_tracker.console.requests import ParameterChange
from rat_tracker.console.requests import Selection
from rat_tracker.console.waiting import wait
from rat_tracker.ros import parameters
from rat_tracker.ros.console.encoding import encoded
from rat_tracker.ros.console.encoding import encoded_attention
from rat_tracker.ros.console.frame_synchronizer import FrameSynchronizer
from rat_tracker.ros.console.frame_synchronizer import View
from rat_tracker.ros.console.names import full_name_of
from rat_tracker.ros.console.observer import Observer
from rat_tracker.ros.console.requesting import reply_of
from rat_tracker.ros.console.requesting import request_of
from rat_tracker.ros.console.service import Service
from rat_tracker.ros.console.settings import ConsoleSettings
from rat_tracker.ros.console.topic_list import TopicList
from rat_tracker.ros.console.tracker_parameters import TrackerParameters
from rat_tracker.ros.executor_calls import ExecutorCalls
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.srv import SetTarget


class TrackerRobot:
    """The contract of ``rat_tracker.console.robot.Robot``, kept by way of ROS.

    Whatever it asks of ROS is done in the executor's thread, and comes back to the loop's.
    """

    def __init__(
        self, node: Node, calls: ExecutorCalls, settings: ConsoleSettings,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Look out for the tracker's services, and subscribe to nothing.

        :param loop: the event loop in whose thread everything here is called
        """
        self._node = node
        self._calls = calls
        self._loop = loop
        tracker = full_name_of(node, 'tracker', settings.tracker)
        self._gallery = FrameSynchronizer()
        self._arrived = asyncio.Event()
        self._encoder = ThreadPoolExecutor(1, 'pictures')
        self._tell: Callable[[RobotEvent], None] | None = None
        self._observer = Observer(
            node, tracker, full_name_of(node, 'image_topic', settings.image_topic),
            self._gallery, self._hand_over, self._wake)
        self._topics = TopicList(node, calls)
        self._set_target = Service(node, calls, SetTarget, f'{tracker}/set_target')
        self._clear_target = Service(node, calls, Trigger, f'{tracker}/clear_target')
        self._parameters = TrackerParameters(node, calls, tracker)

    def close(self) -> None:
        """End what goes on beside the loop."""
        self._encoder.shutdown()

    # Looking

    def watch(self, tell: Callable[[RobotEvent], None], attention: bool) -> None:
        """Begin to follow what happens; again when ``attention`` changes."""
        self._tell = tell
        self._calls.call_soon(partial(self._observer.open, attention))

    def rest(self) -> None:
        """Subscribe to nothing any more: nobody looks."""
        self._tell = None
        self._calls.call_soon(self._observer.close)

    def _wake(self) -> None:
        """Have whoever waits for a picture look, from the executor's thread."""
        self._loop.call_soon_threadsafe(self._arrived.set)

    def _hand_over(self, news: RobotEvent) -> None:
        """Tell news that come in the executor's thread."""
        self._loop.call_soon_threadsafe(self._pass_on, news)

    def _pass_on(self, news: RobotEvent) -> None:
        if self._tell is not None:
            self._tell(news)

    async def picture(self, after: int, attention: bool) -> Picture:
        """Return the newest picture; wait for one if there is none newer than ``after``."""
        while True:
            self._arrived.clear()
            now = time.monotonic()
            view = self._gallery.view(now)
            if view is not None and view.number > after:
                picture = await self._loop.run_in_executor(
                    self._encoder, self._encode, view, attention,
                    parameters.read(self._node, ConsoleSettings))
                if picture is not None:
                    return picture
                after = view.number
            else:
                await wait(self._arrived, self._gallery.due(now))

    def _encode(
        self, view: View, attention: bool, settings: ConsoleSettings,
    ) -> Picture | None:
        """Return a view as a picture, None if it cannot be one; in a thread of its own."""
        header = view.message.header
        light = self._gallery.attention(nanoseconds(header.stamp)) if attention else None
        try:
            image = encoded(view.message, settings.picture_width, settings.picture_quality)
            glow = b'' if light is None else encoded_attention(light)
        except ValueError as error:
            self._note_fault(str(error))
            return None
        self._note_fault('')
        return Picture(
            number=view.number, stamp=str(nanoseconds(header.stamp)), frame_id=header.frame_id,
            width=image.width, height=image.height, image=image.data, target=view.target,
            attention=glow)

    def _note_fault(self, fault: str) -> None:
        if fault != self._observer.fault:
            self._observer.fault = fault
            self._calls.call_soon(self._observer.look)

    # Doing

    async def select(self, selection: Selection) -> Reply:
        """Follow what was chosen."""
        try:
            request = request_of(selection)
        except ValueError as refusal:
            return Reply(False, str(refusal))
        return reply_of(await self._set_target.ask(request))

    async def clear(self) -> Reply:
        """Follow nothing."""
        response = await self._clear_target.ask(Trigger.Request())
        return Reply(bool(response.success), str(response.message))

    async def parameters(self) -> list[ParameterInfo]:
        """Return the parameters of the tracker's node."""
        return await self._parameters.read()

    async def change(self, change: ParameterChange) -> Reply:
        """Set a parameter."""
        return await self._parameters.change(change)

    async def image_topics(self) -> list[TopicInfo]:
        """Return all image topics, their rates measured for a moment."""
        return await self._topics.read(lambda: self._observer.tracker_topic)

"""The robot behind the page: a tracker's node and its camera. In the event loop's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
import time

from std_srvs.srv import Trigger

from rat_tracker.console.events import Picture
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.replies import ParameterInfo
from rat_tracker.console.replies import Reply
from rat_tracker.console.replies import TopicInfo
from rat_tracker.console.requests import ParameterChange
from rat_tracker.console.requests import Selection
from rat_tracker.console.waiting import wait
from rat_tracker.ros import parameters
from rat_tracker.ros.console.encoding import encoded
from rat_tracker.ros.console.encoding import encoded_attention
from rat_tracker.ros.console.frame_synchronizer import Frame
from rat_tracker.ros.console.frame_synchronizer import FrameSynchronizer
from rat_tracker.ros.console.listener import Listener
from rat_tracker.ros.console.messages import set_target_reply
from rat_tracker.ros.console.messages import set_target_request
from rat_tracker.ros.console.names import full_name_of
from rat_tracker.ros.console.ros_bridge import RosBridge
from rat_tracker.ros.console.ros_bridge import Service
from rat_tracker.ros.console.settings import ConsoleSettings
from rat_tracker.ros.console.topic_list import TopicList
from rat_tracker.ros.console.tracker_parameters import TrackerParameters
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.srv import SetTarget


class TrackerRobot:
    """The contract of ``rat_tracker.console.robot.Robot``, kept by way of ROS.

    Whatever it asks of ROS is done in the executor's thread, and comes back to the loop's.
    """

    def __init__(
        self, bridge: RosBridge, settings: ConsoleSettings, loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Look out for the tracker's services, and subscribe to nothing.

        :param loop: the event loop in whose thread everything here is called
        """
        node = bridge.node
        self._bridge = bridge
        self._loop = loop
        tracker = full_name_of(node, 'tracker', settings.tracker)
        self._frames = FrameSynchronizer()
        self._frame_came = asyncio.Event()
        self._encoder = ThreadPoolExecutor(1, 'pictures')
        self._on_event: Callable[[RobotEvent], None] | None = None
        self._listener = Listener(
            node, tracker, full_name_of(node, 'image_topic', settings.image_topic), self._frames,
            lambda event: loop.call_soon_threadsafe(self._pass_on, event),
            lambda: loop.call_soon_threadsafe(self._frame_came.set))
        self._topics = TopicList(bridge)
        self._set_target = Service(bridge, SetTarget, f'{tracker}/set_target')
        self._clear_target = Service(bridge, Trigger, f'{tracker}/clear_target')
        self._parameters = TrackerParameters(bridge, tracker)

    def close(self) -> None:
        """End what goes on beside the loop."""
        self._encoder.shutdown()

    # Watching

    def watch(self, on_event: Callable[[RobotEvent], None], attention: bool) -> None:
        """Begin to follow what happens; again when ``attention`` changes."""
        self._on_event = on_event
        self._bridge.call_soon(partial(self._listener.open, attention))

    def unwatch(self) -> None:
        """Subscribe to nothing any more: no page is open."""
        self._on_event = None
        self._bridge.call_soon(self._listener.close)

    def _pass_on(self, event: RobotEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)

    async def picture(self, after: int, attention: bool) -> Picture:
        """Return the newest picture; wait for one if there is none newer than ``after``."""
        while True:
            self._frame_came.clear()
            now = time.monotonic()
            frame = self._frames.newest(now)
            if frame is not None and frame.number > after:
                picture = await self._loop.run_in_executor(
                    self._encoder, self._encode, frame, attention,
                    parameters.read(self._bridge.node, ConsoleSettings))
                if picture is not None:
                    return picture
                after = frame.number
            else:
                await wait(self._frame_came, self._frames.next_due(now))

    def _encode(
        self, frame: Frame, attention: bool, settings: ConsoleSettings,
    ) -> Picture | None:
        """Return a frame as a picture, None if it cannot be one; in a thread of its own."""
        header = frame.message.header
        map_message = self._frames.attention(nanoseconds(header.stamp)) if attention else None
        try:
            image = encoded(frame.message, settings.picture_width, settings.picture_quality,
                            self._listener.display_range)
            attention_image = b'' if map_message is None else encoded_attention(map_message)
        except ValueError as error:
            self._note_fault(str(error))
            return None
        self._note_fault('')
        return Picture(
            number=frame.number, stamp=str(nanoseconds(header.stamp)), frame_id=header.frame_id,
            width=image.width, height=image.height, image=image.data, target=frame.target,
            attention=attention_image)

    def _note_fault(self, fault: str) -> None:
        if fault != self._listener.fault:
            self._listener.fault = fault
            self._bridge.call_soon(self._listener.check)

    # Acting

    async def select(self, selection: Selection) -> Reply:
        """Follow what was selected."""
        try:
            request = set_target_request(selection)
        except ValueError as refusal:
            return Reply(False, str(refusal))
        return set_target_reply(await self._set_target.ask(request))

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
        return await self._topics.read(lambda: self._listener.tracker_topic)

"""Subscribes to a tracker and its camera while a page is open. All in the executor's thread."""

from __future__ import annotations

from collections.abc import Callable
import time
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node
from rclpy.subscription import Subscription
from rclpy.timer import Timer
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import ProblemEvent
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.msg import Selection
from rat_tracker.msg import Target
from rat_tracker.pipeline.display_range import DisplayRange
from rat_tracker.ros.console.frame_synchronizer import FrameSynchronizer
from rat_tracker.ros.console.image_subscription import ImageSubscription
from rat_tracker.ros.console.messages import diagnostics_event
from rat_tracker.ros.console.messages import selection_event
from rat_tracker.ros.console.messages import target_event
from rat_tracker.ros.console.names import is_full_name
from rat_tracker.ros.console.problems import find_problem
from rat_tracker.ros.console.problems import Observations
from rat_tracker.ros.qos import newest
from rat_tracker.ros.qos import reliable
from rat_tracker.ros.qos import subscribe
from rat_tracker.ros.survey.topics import full_name

_PERIOD = 0.5      # seconds between two checks of the graph
_DIAGNOSTICS = 10  # messages: more than one node reports there, some at the same time
_SELECTIONS = 20   # as many as the tracker keeps for those who come late
_THROTTLE = 10.0   # seconds between two lines of log about the same


class Listener:
    """Fills a synchronizer and reports events, from ``open`` to ``close``."""

    def __init__(
        self, node: Node, tracker: str, image_topic: str, frames: FrameSynchronizer,
        on_event: Callable[[RobotEvent], object], on_frame: Callable[[], object],
    ) -> None:
        """Subscribe to nothing yet.

        :param tracker: the tracker's full name
        :param image_topic: full name of the topic to show; empty: the tracker's
        :param on_event: takes events
        :param on_frame: is called when something was put into the synchronizer
        """
        self._node = node
        self._tracker = tracker
        self._image_topic = image_topic
        self._frames = frames
        self._on_event = on_event
        self._on_frame = on_frame
        self._status_name = f'{tracker.lstrip("/")}: tracking'
        self._images = ImageSubscription(node, self._on_image)
        self._subscriptions: list[Subscription] = []
        self._attention: Subscription | None = None
        self._timer: Timer | None = None
        self.tracker_topic = ''  # whose images the tracker took last; empty while not known
        self.fault = ''  # why the last image could not be shown; set by whoever shows them
        self._begin()

    def _begin(self) -> None:
        """Forget what was observed before."""
        self._since, self._since_stamp = time.monotonic(), time.time_ns()
        self._last_stamp = 0  # of the last result, in nanoseconds
        self._diagnostics: DiagnosticsEvent | None = None
        self._diagnosed = float('-inf')
        self._appeared: float | None = None  # when the tracker's node did; None: it is not there
        self._problem: str | None = None
        self.fault = ''

    @property
    def display_range(self) -> DisplayRange:
        """What is black and white in the images of the topic that is shown."""
        return self._images.display_range

    def open(self, attention: bool) -> None:
        """Subscribe; again when ``attention`` changes."""
        if self._timer is None:
            self._begin()
            self._subscribe()
            # Simulated time may stand still.
            self._timer = self._node.create_timer(
                _PERIOD, self.check, clock=Clock(clock_type=ClockType.STEADY_TIME))
        self._subscribe_to_attention(attention)
        if not attention:
            self._frames.clear_attention()
        self.check()

    def close(self) -> None:
        """Subscribe to nothing any more, and keep nothing."""
        if self._timer is not None:
            self._node.destroy_timer(self._timer)
            self._timer = None
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)
        self._subscriptions = []
        self._subscribe_to_attention(False)
        self._images.close()
        self._frames.clear()

    def check(self) -> None:
        """Follow the images to where they are now, and report the problem if there is one."""
        if self._timer is None:
            return
        if topic := self._image_topic or self.tracker_topic:
            self._images.follow(topic)
        problem = find_problem(self._observations())
        if problem != self._problem:
            self._problem = problem
            self._on_event(ProblemEvent(problem))

    def _subscribe(self) -> None:
        self._subscriptions = [
            subscribe(self._node, kind, topic, callback, profile)
            for kind, topic, callback, profile in (
                (Target, f'{self._tracker}/target', self._on_target, newest()),
                (Target, f'{self._tracker}/state', self._on_state, reliable(1, latched=True)),
                (Selection, f'{self._tracker}/selection', self._on_selection,
                 reliable(_SELECTIONS, latched=True)),
                (DiagnosticArray, '/diagnostics', self._on_diagnostics, newest(_DIAGNOSTICS)))]

    def _subscribe_to_attention(self, wanted: bool) -> None:
        """Begin or end it: the tracker draws the attention for who subscribes."""
        if wanted and self._attention is None:
            self._attention = subscribe(
                self._node, ImageMessage, f'{self._tracker}/attention',
                self._frames.put_attention, newest())
        elif not wanted and self._attention is not None:
            self._node.destroy_subscription(self._attention)
            self._attention = None

    def _on_image(self, message: Any) -> None:
        self._frames.put_image(message, time.monotonic())
        self._on_frame()

    def _on_target(self, message: Target) -> None:
        if (event := self._read(message)) is not None:
            self._last_stamp = int(event.stamp)
            self._report(event)

    def _on_state(self, message: Target) -> None:
        """Take what was published last before we came, or without any image."""
        event = self._read(message)
        if event is not None and (not int(event.stamp) or int(event.stamp) > self._last_stamp):
            self._report(event)

    def _read(self, message: Target) -> TargetEvent | None:
        try:
            return target_event(message)
        except ValueError as error:
            self._node.get_logger().warning(
                f'a result of {self._tracker} is ignored: {error}; do other nodes publish on its '
                'topics?', throttle_duration_sec=_THROTTLE)
            return None

    def _report(self, event: TargetEvent) -> None:
        self._frames.put_target(event, time.monotonic())
        self._on_frame()
        self._on_event(event)

    def _on_selection(self, message: Selection, info: dict[str, int]) -> None:
        """Take what happens from now on: of what was before, the state says what is left."""
        if info['source_timestamp'] >= self._since_stamp:
            self._on_event(selection_event(message))

    def _on_diagnostics(self, message: DiagnosticArray) -> None:
        for status in message.status:
            if status.name == self._status_name:
                self._take_diagnostics(diagnostics_event(status))

    def _take_diagnostics(self, event: DiagnosticsEvent) -> None:
        self._diagnostics, self._diagnosed = event, time.monotonic()
        self._on_event(event)
        topic = event.values.get('image_topic', '')
        if topic != self.tracker_topic and is_full_name(topic):
            self.tracker_topic = topic
            self.check()

    def _observations(self) -> Observations:
        values = {} if self._diagnostics is None else self._diagnostics.values
        now = time.monotonic()
        if not self._is_present():
            self._appeared = None
        elif self._appeared is None:
            self._appeared = now
        return Observations(
            now=now, since=self._since, tracker=self._tracker,
            present=self._appeared is not None, appeared=self._appeared or 0.0,
            last_diagnostics=self._diagnosed, lifecycle=values.get('lifecycle', ''),
            report='' if self._diagnostics is None else self._diagnostics.message,
            topic=self._images.topic, publishers=self._images.publishers,
            types=self._images.type_fault(self._image_topic or self.tracker_topic),
            incompatible=self._images.incompatible, last_image=self._images.last,
            fault=self.fault)

    def _is_present(self) -> bool:
        """Return whether the tracker's node reports anything.

        The graph keeps the bare name of a node that has ended, for 20 s.
        """
        return any(full_name(info) == self._tracker for info in
                   self._node.get_publishers_info_by_topic('/diagnostics'))

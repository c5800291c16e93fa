"""Listens while somebody looks, and to nothing while nobody does. In the executor's thread."""

from __future__ import annotations

from collections.abc import Callable
import time
from typing import Any

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node
from rclpy.timer import Timer

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import ProblemEvent
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.ros.console.frame_synchronizer import FrameSynchronizer
from rat_tracker.ros.console.image_input import ImageInput
from rat_tracker.ros.console.names import is_full_name
from rat_tracker.ros.console.problems import notice
from rat_tracker.ros.console.problems import Outlook
from rat_tracker.ros.console.tracker_input import TrackerInput
from rat_tracker.ros.survey.topics import full_name

_PERIOD = 0.5  # seconds from one look at the graph to the next


class Observer:
    """Fill a gallery and tell news from ``open`` to ``close``."""

    def __init__(
        self, node: Node, tracker: str, image_topic: str, gallery: FrameSynchronizer,
        tell: Callable[[RobotEvent], None], arrived: Callable[[], None],
    ) -> None:
        """Subscribe to nothing yet.

        :param tracker: the tracker's full name
        :param image_topic: full name of the topic to show; empty: the tracker's
        :param tell: takes news
        :param arrived: is called when something was put into the gallery
        """
        self._node = node
        self._tracker = tracker
        self._image_topic = image_topic
        self._gallery = gallery
        self._tell = tell
        self._arrived = arrived
        self._input = TrackerInput(
            node, tracker, self._take_answer, tell, self._take_diagnosis, gallery.put_attention)
        self._images = ImageInput(node, self._take_image)
        self._timer: Timer | None = None
        self._since = 0.0
        self._diagnosis: DiagnosticsEvent | None = None
        self._diagnosed = float('-inf')
        self._appeared: float | None = None  # when the tracker's node did; None: it is not there
        self._notice: str | None = None
        self.tracker_topic = ''  # whose images the tracker took last; empty while not known
        self.fault = ''  # why the last image could not be shown; set by whoever shows them

    def open(self, attention: bool) -> None:
        """Listen; again when ``attention`` changes."""
        if self._timer is None:
            self._since, self._notice, self.fault = time.monotonic(), None, ''
            self._input.open()
            # Simulated time may stand still.
            self._timer = self._node.create_timer(
                _PERIOD, self.look, clock=Clock(clock_type=ClockType.STEADY_TIME))
        self._input.listen_to_attention(attention)
        if not attention:
            self._gallery.forget_attention()
        self.look()

    def close(self) -> None:
        """Listen to nothing any more, and keep nothing."""
        if self._timer is not None:
            self._node.destroy_timer(self._timer)
            self._timer = None
        self._input.close()
        self._images.close()
        self._gallery.clear()
        self._diagnosis, self._diagnosed, self._appeared = None, float('-inf'), None

    def look(self) -> None:
        """Follow the images to where they are now, and tell what stands in the way."""
        if self._timer is None:
            return
        if topic := self._image_topic or self.tracker_topic:
            self._images.follow(topic)
        message = notice(self._outlook())
        if message != self._notice:
            self._notice = message
            self._tell(ProblemEvent(message))

    def _outlook(self) -> Outlook:
        values = {} if self._diagnosis is None else self._diagnosis.values
        now = time.monotonic()
        if not self._is_present():
            self._appeared = None
        elif self._appeared is None:
            self._appeared = now
        return Outlook(
            now=now, since=self._since, tracker=self._tracker,
            present=self._appeared is not None, appeared=self._appeared or 0.0,
            last_diagnosis=self._diagnosed,
            lifecycle=values.get('lifecycle', ''),
            report='' if self._diagnosis is None else self._diagnosis.message,
            topic=self._images.topic, publishers=self._images.publishers,
            incompatible=self._images.incompatible, last_image=self._images.last,
            fault=self.fault)

    def _is_present(self) -> bool:
        """Return whether the tracker's node reports anything.

        The graph keeps the bare name of a node that has ended, for 20 s.
        """
        return any(full_name(info) == self._tracker for info in
                   self._node.get_publishers_info_by_topic('/diagnostics'))

    def _take_image(self, message: Any) -> None:
        self._gallery.put_image(message, time.monotonic())
        self._arrived()

    def _take_answer(self, news: TargetEvent) -> None:
        self._gallery.put_answer(news, time.monotonic())
        self._arrived()
        self._tell(news)

    def _take_diagnosis(self, news: DiagnosticsEvent) -> None:
        self._diagnosis, self._diagnosed = news, time.monotonic()
        self._tell(news)
        topic = news.values.get('image_topic', '')
        if topic != self.tracker_topic and is_full_name(topic):
            self.tracker_topic = topic
            self.look()

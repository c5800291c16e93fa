"""What comes on image topics: how fast, how big, how old, how much of it is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
import time

from rclpy.event_handler import QoSMessageLostInfo
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.event_handler import UnsupportedEventTypeError
from rclpy.node import Node
from rclpy.subscription import Subscription
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.pipeline.images import to_bgr
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.qos import newest
from rat_tracker.ros.survey.faults import Fault
from rat_tracker.ros.survey.faults import FaultKind
from rat_tracker.ros.survey.faults import faults_of
from rat_tracker.ros.survey.topics import IMAGE_TYPES
from rat_tracker.ros.survey.topics import ImageTopic
from rat_tracker.stamps import NANOSECONDS

_WINDOW = 5.0  # seconds that the rate covers


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """What was measured of one topic until now."""

    received: int = 0
    lost: int | None = None  # between the publisher and here; None: the middleware does not tell
    rate: float | None = None  # received, in Hz, in the last seconds; None: fewer than two came
    width: int = 0   # pixels; 0: not known
    height: int = 0
    encoding: str = ''  # the format, where images are compressed
    bytes: int = 0      # of the last image's data
    age: float | None = None  # of the last stamp when it came, in seconds; None: there is none
    silence: float = 0.0      # seconds since the last image, or since the begin
    faults: tuple[Fault, ...] = ()


class Measurement:
    """Subscribe like the tracker, and count for as long as this lives.

    Whoever made the node spins it. Of an image all but its header and its data's length is let go.
    """

    def __init__(self, node: Node, topics: Sequence[ImageTopic]) -> None:
        """Subscribe; of two topics of one name the first counts."""
        self._watches: dict[str, _Watch] = {}
        for topic in topics:
            if topic.name not in self._watches:
                self._watches[topic.name] = _Watch(node, topic)

    def figures(self) -> dict[str, TopicFigures]:
        """Return what was measured until now, by the topic's name."""
        return {name: watch.figures() for name, watch in self._watches.items()}

    def close(self) -> None:
        """Unsubscribe."""
        for watch in self._watches.values():
            watch.close()


class _Watch:
    """One topic's subscription and counters."""

    def __init__(self, node: Node, topic: ImageTopic) -> None:
        self._node = node
        self._received = 0
        self._lost: int | None = None
        self._arrivals: deque[float] = deque()
        self._last = time.monotonic()
        self._size = (0, 0)
        self._encoding = ''
        self._bytes = 0
        self._age: float | None = None
        self._stamp = 0
        self._faults: dict[FaultKind, Fault] = {}
        self._subscription = self._subscribe(topic)

    def _subscribe(self, topic: ImageTopic) -> Subscription | None:
        kind = IMAGE_TYPES[topic.type_name]
        try:
            try:
                events = SubscriptionEventCallbacks(message_lost=self._count_lost)
                subscription = self._node.create_subscription(
                    kind, topic.name, self._take, newest(), event_callbacks=events)
            except UnsupportedEventTypeError:
                return self._node.create_subscription(kind, topic.name, self._take, newest())
        except RuntimeError as error:  # this process may know the name with another type
            self._note(FaultKind.NOT_SUBSCRIBED, ' '.join(str(error).split()))
            return None
        self._lost = 0
        return subscription

    def _count_lost(self, event: QoSMessageLostInfo) -> None:
        self._lost = int(event.total_count)

    def _take(self, message: ImageMessage | CompressedImage) -> None:
        self._last = time.monotonic()
        self._received += 1
        self._arrivals.append(self._last)
        self._forget(self._last)
        now = int(self._node.get_clock().now().nanoseconds)
        faults = dict(faults_of(message, now, self._stamp))
        for kind, text in faults.items():
            self._note(kind, text)
        stamp = nanoseconds(message.header.stamp)
        self._age = (now - stamp) / NANOSECONDS if stamp else None
        self._stamp = stamp or self._stamp
        self._bytes = len(message.data)
        if isinstance(message, ImageMessage):
            self._encoding = str(message.encoding)
            self._size = (message.width, message.height)
            return
        self._encoding = str(message.format)
        if self._size == (0, 0) and FaultKind.INVALID not in faults:
            self._decode(message)

    def _decode(self, message: CompressedImage) -> None:
        """Take the size from the first image that can be decoded: the message does not tell it."""
        try:
            height, width = to_bgr(message).shape[:2]
        except ValueError as error:
            self._note(FaultKind.INVALID, str(error))
        else:
            self._size = (width, height)

    def _note(self, kind: FaultKind, text: str) -> None:
        before = self._faults.get(kind)
        self._faults[kind] = Fault(kind, 1 + (before.count if before else 0), text)

    def _forget(self, now: float) -> None:
        while self._arrivals and self._arrivals[0] < now - _WINDOW:
            self._arrivals.popleft()

    def _rate(self, now: float) -> float | None:
        self._forget(now)
        if len(self._arrivals) < 2:
            return None
        return (len(self._arrivals) - 1) / max(self._arrivals[-1] - self._arrivals[0], 1e-9)

    def figures(self) -> TopicFigures:
        """Return what was measured until now."""
        now = time.monotonic()
        return TopicFigures(
            received=self._received, lost=self._lost, rate=self._rate(now), width=self._size[0],
            height=self._size[1], encoding=self._encoding, bytes=self._bytes, age=self._age,
            silence=now - self._last, faults=tuple(self._faults.values()))

    def close(self) -> None:
        """Unsubscribe, once."""
        if self._subscription is not None:
            self._node.destroy_subscription(self._subscription)
            self._subscription = None

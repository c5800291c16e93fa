"""Which image topics the doctor measures, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Container
from contextlib import closing
import time

from rclpy.node import Node

from rat_tracker.ros.doctor.snapshot import COMPRESSED
from rat_tracker.ros.doctor.snapshot import RAW
from rat_tracker.ros.survey.measuring import Measurement
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import image_topics
from rat_tracker.ros.survey.topics import ImageTopic
from rat_tracker.ros.survey.topics import UNKNOWN
from rat_tracker.ros.topic_types import transport_of

_PICTURES = ('overlay', 'attention')  # what trackers draw, which costs them time
_MOST = 12  # topics that are measured
_LATE = 4.0  # seconds to wait for a topic; others that come up in them are measured, too
_POLL = 0.2  # seconds between two readings of the graph, which take time of their own


def camera_topics(node: Node, first: str, trackers: Collection[str]) -> list[ImageTopic]:
    """Return the image topics but for what trackers draw; raw ones before compressed ones.

    :param first: name of the one that comes first
    :param trackers: full names of the nodes that are known to be trackers
    """
    topics = [topic for topic in image_topics(node) if not _drawn(topic, trackers)]
    return sorted(topics, key=lambda topic: (topic.name != first, topic.type_name != RAW))


def _drawn(topic: ImageTopic, trackers: Collection[str]) -> bool:
    """Whether it may be a tracker's picture; a publisher's name comes later than its topic."""
    node, _, last = topic.name.rpartition('/')
    publishers = {publisher.node for publisher in topic.publishers}
    return not publishers.isdisjoint(trackers) or (
        last in _PICTURES and not publishers.isdisjoint({node, UNKNOWN}))


def measure(
    node: Node, topics: Callable[[], list[ImageTopic]], first: str, seconds: float,
    spin: Callable[[Callable[[], bool]], None],
) -> dict[str, TopicFigures]:
    """Measure one topic by itself, then the others; return the figures by the topic's name.

    What is measured at the same time takes from this process's time, so that images of the first
    would be lost that the tracker receives.

    :param topics: returns those that are known now
    :param first: name of the tracker's topic; empty, or of none that is published: of none
    :param seconds: for each of the two rounds
    :param spin: spins the node until something is true
    """
    figures: dict[str, TopicFigures] = {}

    def measure_round(wanted: Callable[[], list[ImageTopic]]) -> None:
        with closing(_Round(node, wanted, seconds)) as current:
            spin(current.done)
            figures.update(current.figures())

    if any(topic.name == first and topic.publishers for topic in topics()):
        measure_round(
            lambda: [topic for topic in topics() if topic.name == first and topic.publishers])
    if not figures or _to_measure(topics(), figures):
        measure_round(lambda: _to_measure(topics(), figures))
    return figures


def _to_measure(topics: list[ImageTopic], measured: Container[str]) -> list[ImageTopic]:
    """Return the topics that are published and not measured yet.

    Compressed images that nobody listens to, beside raw ones, are left out: they are made for
    subscribers only, in the camera's process, at the cost of the raw ones.
    """
    raw = {topic.name for topic in topics if topic.type_name == RAW and topic.publishers}
    return [topic for topic in topics if topic.publishers and topic.name not in measured
            and not (topic.type_name == COMPRESSED and not topic.subscribers
                     and transport_of(topic.name, COMPRESSED)[1] in raw)]


class _Round:
    """Topics, each for the same time, though some are discovered late."""

    def __init__(
        self, node: Node, wanted: Callable[[], list[ImageTopic]], seconds: float,
    ) -> None:
        self._node = node
        self._wanted = wanted
        self._seconds = seconds
        self._begin = self._newest = time.monotonic()
        self._look_again = 0.0
        self._measurements: dict[str, Measurement] = {}

    def done(self) -> bool:
        """Begin with what is new; whether everything was measured for long enough."""
        now = time.monotonic()
        if self._look_again < now < self._begin + _LATE:
            self._look_again = now + _POLL
            for topic in self._wanted():
                if topic.name not in self._measurements and len(self._measurements) < _MOST:
                    self._measurements[topic.name] = Measurement(self._node, [topic])
                    self._newest = time.monotonic()
        known = bool(self._measurements) or now > self._begin + _LATE
        return known and now > self._newest + self._seconds

    def figures(self) -> dict[str, TopicFigures]:
        """Return what was measured, by the topic's name."""
        return {name: figures for measurement in self._measurements.values()
                for name, figures in measurement.figures().items()}

    def close(self) -> None:
        """Unsubscribe."""
        for measurement in self._measurements.values():
            measurement.close()

"""Look at a running system for some seconds, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
import time

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter

from rat_tracker.ros.doctor.clock_watch import ClockWatch
from rat_tracker.ros.doctor.observation import Observation
from rat_tracker.ros.doctor.observation import RAW
from rat_tracker.ros.doctor.tracker_watch import TrackerWatch
from rat_tracker.ros.survey.measuring import Measurement
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import image_topics
from rat_tracker.ros.survey.topics import ImageTopic
from rat_tracker.ros.survey.topics import UNKNOWN

NAME = 'rat_tracker_doctor'
# Seconds until the graph is taken for known; discovery has been seen to take as much.
MEETING = 2.0
ANSWERING = 6.0  # more seconds for a tracker that is there to answer, and to diagnose itself
_PICTURES = ('overlay', 'attention')  # what trackers draw, which costs them time
_MOST = 12  # topics that are measured
_LATE = 4.0  # seconds within which a topic that comes up is still measured
_TURN = 0.1  # seconds


def look(tracker: str, seconds: float, context: Context) -> Observation:
    """Meet the other nodes, then measure their images.

    It takes ``seconds`` and those for meeting, longer by those for answering where a tracker is
    silent, and at most by those for what is late where topics are discovered late.

    :param tracker: full name of the tracker's node
    :param seconds: to measure for
    :param context: an initialised one
    """
    node = Node(NAME, context=context, enable_rosout=False, start_parameter_services=False)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    try:
        return _look(node, executor, tracker, seconds)
    finally:
        executor.shutdown()
        node.destroy_node()


def _look(
    node: Node, executor: SingleThreadedExecutor, tracker: str, seconds: float,
) -> Observation:
    watch, clock = TrackerWatch(node, tracker), ClockWatch(node)

    def spin(until: Callable[[], bool]) -> None:
        while not until():
            executor.spin_once(timeout_sec=_TURN)
            watch.step()

    met = time.monotonic() + MEETING
    spin(lambda: time.monotonic() > met and (
        watch.complete or not watch.present or time.monotonic() > met + ANSWERING))
    if watch.uses_simulated_time:  # its stamps are judged by its own clock
        node.set_parameters([Parameter('use_sim_time', value=True)])
    known = watch.tracker()
    first = '' if known is None else known.topic
    measured = _Measured(node, first, seconds)
    spin(measured.done)
    known = watch.tracker()
    observation = Observation(
        node=tracker, domain=node.context.get_domain_id(), seconds=seconds,
        middleware=rclpy.get_rmw_implementation_identifier(), tracker=known,
        other_trackers=watch.others, other_nodes=_others(node), clock=clock.clock(),
        topics=tuple(_chosen(node, first)), figures=measured.figures())
    measured.close()
    watch.close()
    return observation


class _Measured:
    """All topics, each for the same time, though some are discovered late."""

    def __init__(self, node: Node, first: str, seconds: float) -> None:
        self._node = node
        self._first = first
        self._seconds = seconds
        self._begin = self._newest = time.monotonic()
        self._measurements: dict[str, Measurement] = {}

    def done(self) -> bool:
        """Begin with what is new; whether everything was measured for long enough."""
        now = time.monotonic()
        for topic in _chosen(self._node, self._first):
            if (topic.publishers and topic.name not in self._measurements
                    and len(self._measurements) < _MOST and now < self._begin + _LATE):
                self._measurements[topic.name] = Measurement(self._node, [topic])
                self._newest = now
        return now > self._newest + self._seconds

    def figures(self) -> dict[str, TopicFigures]:
        """Return what was measured, by the topic's name."""
        return {name: figures for measurement in self._measurements.values()
                for name, figures in measurement.figures().items()}

    def close(self) -> None:
        """Unsubscribe."""
        for measurement in self._measurements.values():
            measurement.close()


def _chosen(node: Node, first: str) -> list[ImageTopic]:
    """Return the image topics, the tracker's own first, then raw ones before compressed ones."""
    topics = [topic for topic in image_topics(node) if not _drawn(topic)]
    return sorted(topics, key=lambda topic: (topic.name != first, topic.type_name != RAW))


def _drawn(topic: ImageTopic) -> bool:
    """Whether it may be a tracker's picture; a publisher's name comes later than its topic."""
    node, _, last = topic.name.rpartition('/')
    return last in _PICTURES and any(
        publisher.node in (node, UNKNOWN) for publisher in topic.publishers)


def _others(node: Node) -> int:
    names = node.get_node_names()
    return sum(name != NAME and not name.startswith('_') for name in names)

"""Inspect a running system for some seconds, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
import time

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter

from rat_tracker.ros.doctor.clock_watch import ClockWatch
from rat_tracker.ros.doctor.images import camera_topics
from rat_tracker.ros.doctor.images import measure
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.doctor.tracker_watch import TrackerWatch
from rat_tracker.ros.survey.topics import ImageTopic

NAME = 'rat_tracker_doctor'
# Seconds until the graph is taken for known, and more in which a tracker that is missing may still
# turn up: discovery has been seen to take more than two.
_MEETING, _MISSING = 2.0, 2.0
_ANSWERING = 6.0  # seconds for a tracker that is there to answer, and to diagnose itself
_TURN = 0.1  # seconds


def inspect(tracker: str, seconds: float, context: Context) -> Snapshot:
    """Meet the other nodes, then measure their images: the tracker's by themselves first.

    It takes ``seconds``, twice where there are other images, and those for meeting; longer where
    the tracker is missing, silent or unconfigured, and where topics are discovered late.

    :param tracker: full name of the tracker's node
    :param seconds: to measure for
    :param context: an initialised one
    """
    node = Node(NAME, context=context, enable_rosout=False, start_parameter_services=False)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    try:
        return _inspect(node, executor, tracker, seconds)
    finally:
        executor.shutdown()
        node.destroy_node()


def _inspect(
    node: Node, executor: SingleThreadedExecutor, tracker: str, seconds: float,
) -> Snapshot:
    watch, clock = TrackerWatch(node, tracker), ClockWatch(node)

    def spin(until: Callable[[], bool]) -> None:
        while not until():
            executor.spin_once(timeout_sec=_TURN)
            watch.step()

    def chosen() -> list[ImageTopic]:
        return camera_topics(node, first, watch.diagnosed)

    def passed(seconds: float) -> Callable[[], bool]:
        end = time.monotonic() + seconds
        return lambda: time.monotonic() > end

    spin(passed(_MEETING))
    missed = passed(_MISSING)
    spin(lambda: watch.present or missed())
    met, late = watch.present, passed(_ANSWERING)
    spin(lambda: watch.complete or not watch.present or late())
    if watch.uses_simulated_time:  # its stamps are judged by its own clock
        node.set_parameters([Parameter('use_sim_time', value=True)])
    known = watch.tracker()
    first = '' if known is None else known.topic
    figures = measure(node, chosen, first, seconds, spin)
    if watch.unconfigured:
        watch.ask_for_settings()
    if watch.unconfigured or not met:  # it was asked for more, or but now
        late = passed(_ANSWERING)
        spin(lambda: watch.complete or not watch.present or late())
    snapshot = Snapshot(
        node=tracker, domain=node.context.get_domain_id(), seconds=seconds,
        middleware=rclpy.get_rmw_implementation_identifier(), tracker=watch.tracker(),
        other_trackers=watch.others, other_nodes=_others(node), clock=clock.clock(),
        topics=tuple(chosen()), figures=figures)
    watch.close()
    return snapshot


def _others(node: Node) -> int:
    names = node.get_node_names()
    return sum(name != NAME and not name.startswith('_') for name in names)

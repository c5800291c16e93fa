"""The list of image topics, each measured for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from rclpy.node import Node

from rat_tracker.console.events import TopicInfo
from rat_tracker.ros.executor_calls import ExecutorCalls
from rat_tracker.ros.survey.measuring import Measurement
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import image_topics
from rat_tracker.ros.survey.topics import ImageTopic

_SECONDS = 2.0  # that a list is measured for


class TopicList:
    """Measure while somebody asks; who asks meanwhile is given the same."""

    def __init__(self, node: Node, calls: ExecutorCalls) -> None:
        self._node = node
        self._calls = calls
        self._under_way: asyncio.Task[list[tuple[ImageTopic, TopicFigures]]] | None = None

    async def read(self, used: Callable[[], str]) -> list[TopicInfo]:
        """Return all image topics.

        :param used: returns the full name of the topic whose images the tracker takes
        """
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._measure())
        measured = await asyncio.shield(self._under_way)
        return [_info(topic, figures, topic.name == used()) for topic, figures in measured]

    async def _measure(self) -> list[tuple[ImageTopic, TopicFigures]]:
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[tuple[list[ImageTopic], Measurement]] = loop.create_future()
        closed: asyncio.Future[dict[str, TopicFigures]] = loop.create_future()

        def begin() -> None:
            topics = image_topics(self._node)
            loop.call_soon_threadsafe(
                opened.set_result, (topics, Measurement(self._node, topics)))

        def end(measurement: Measurement) -> None:
            figures = measurement.figures()
            measurement.close()
            loop.call_soon_threadsafe(closed.set_result, figures)
        self._calls.call_soon(begin)
        topics, measurement = await opened
        try:
            await asyncio.sleep(_SECONDS)
        finally:
            self._calls.call_soon(partial(end, measurement))
        figures = await closed
        return [(topic, figures[topic.name]) for topic in topics]


def _info(topic: ImageTopic, figures: TopicFigures, used: bool) -> TopicInfo:
    size = f'{figures.width}x{figures.height} {figures.encoding}' if figures.width else ''
    return TopicInfo(
        name=topic.name, kind='raw' if topic.type_name.endswith('/Image') else 'compressed',
        publishers=tuple(publisher.node for publisher in topic.publishers),
        qos='; '.join(dict.fromkeys(
            f'{publisher.reliability}, {publisher.durability}' for publisher in topic.publishers)),
        rate=figures.rate, size=size, problem=_problem(topic, figures), used=used)


def _problem(topic: ImageTopic, figures: TopicFigures) -> str:
    """Return why the tracker could not take its images, and what to do; empty if it could."""
    if not topic.publishers:
        return 'nobody publishes here; start the camera'
    if topic.incompatibility:
        return (f'the QoS does not match: {topic.incompatibility}; let the camera offer what a '
                'best-effort subscription takes')
    if figures.faults:
        return figures.faults[-1].text
    if not figures.received:
        return f'no image came in {_SECONDS:g} s; look at the camera'
    return ''

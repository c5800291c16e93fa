"""The list of image topics, each measured for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rat_tracker.console.replies import TopicInfo
from rat_tracker.ros.console.ros_bridge import RosBridge
from rat_tracker.ros.survey.measuring import Measurement
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import image_topics
from rat_tracker.ros.survey.topics import ImageTopic

_SECONDS = 2.0  # that a list is measured for


class TopicList:
    """Measure while somebody asks; who asks meanwhile is given the same."""

    def __init__(self, bridge: RosBridge) -> None:
        self._bridge = bridge
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
        topics, measurement = await self._bridge.call(self._begin)
        try:
            await asyncio.sleep(_SECONDS)
            figures = await self._bridge.call(measurement.figures)
        finally:
            self._bridge.call_soon(measurement.close)
        return [(topic, figures[topic.name]) for topic in topics]

    def _begin(self) -> tuple[list[ImageTopic], Measurement]:
        topics = image_topics(self._bridge.node)
        return topics, Measurement(self._bridge.node, topics)


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

"""Which topics carry images, and whether the tracker could read those."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.observation import Observation
from rat_tracker.ros.doctor.wording import megabytes
from rat_tracker.ros.survey.faults import Fault
from rat_tracker.ros.survey.faults import FaultKind
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import ImagePublisher
from rat_tracker.ros.survey.topics import ImageTopic

_UNREADABLE = (FaultKind.ENCODING, FaultKind.INVALID)


def cameras(seen: Observation) -> Iterator[Finding]:
    """Go through all topics; what is wrong with one that nobody needs is but a note."""
    published = [topic for topic in seen.topics if topic.publishers]
    if not published:
        yield Finding(
            Level.ERROR, 'camera', 'nobody publishes images',
            "start the camera's driver; or play a video: ros2 run rat_tracker clip_player "
            '--ros-args -p video:=clip.mp4 -p loop:=true')
    bad = [topic for topic in published if _readable(seen.figures.get(topic.name)) is False]
    for topic in published:
        figures = seen.figures.get(topic.name)
        # While the tracker has no topic, one that can be read is enough.
        needed = topic == seen.followed or (
            seen.followed is None and len(bad) == len(published))
        yield _topic(topic, figures, seen.seconds, needed)


def _readable(figures: TopicFigures | None) -> bool | None:
    """Whether images that the tracker can read come; None where that was not measured."""
    if figures is None:
        return None
    return bool(figures.received) and _fault(figures) is None


def _fault(figures: TopicFigures) -> Fault | None:
    """Return what is wrong with most of the images."""
    return next((fault for fault in figures.faults
                 if fault.kind in _UNREADABLE and 2 * fault.count > figures.received), None)


def _topic(
    topic: ImageTopic, figures: TopicFigures | None, seconds: float, needed: bool,
) -> Finding:
    bad = Level.ERROR if needed else Level.NOTE
    names = ', '.join(publisher.node for publisher in topic.publishers)
    if figures is None:
        return Finding(Level.NOTE, 'camera', f'{topic.name}: not measured, from {names}')
    refused = next((fault for fault in figures.faults
                    if fault.kind is FaultKind.NOT_SUBSCRIBED), None)
    if refused is not None:
        return Finding(bad, 'images', f'{topic.name}: cannot be subscribed to ({refused.text})',
                       'let the publishers of one topic agree on its type')
    if not figures.received:
        return Finding(
            bad, 'camera', f'{topic.name}: no image came within {seconds:g} s, from {names}',
            'look at the camera and its driver; drivers may wait for a trigger')
    fault = _fault(figures)
    if fault is not None:
        return Finding(
            bad, 'images', f'{topic.name}: {_figures(figures)}: {fault.text.partition(";")[0]}',
            'let the driver publish bgr8, rgb8, mono8, a Bayer pattern or YUV 4:2:2'
            if fault.kind is FaultKind.ENCODING else
            "look at the camera's driver and its connection")
    publishers = ', '.join(map(_publisher, topic.publishers))
    return Finding(
        Level.OK, 'camera', f'{topic.name}: {_figures(figures)}, from {publishers}')


def _figures(figures: TopicFigures) -> str:
    size = f'{figures.width}x{figures.height} ' if figures.width else ''
    rate = 'one image only' if figures.rate is None else f'{figures.rate:.1f} Hz'
    return (f'{size}{figures.encoding or "(no format named)"}, {rate}, '
            f'{megabytes(figures.bytes)} each')


def _publisher(publisher: ImagePublisher) -> str:
    history = '' if publisher.history == 'unknown' else f', {publisher.history}'
    return f'{publisher.node} ({publisher.reliability}, {publisher.durability}{history})'

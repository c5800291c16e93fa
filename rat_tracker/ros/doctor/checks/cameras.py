"""Which topics carry images, and whether the tracker could read those."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.formatting import megabytes
from rat_tracker.ros.doctor.formatting import start_command
from rat_tracker.ros.doctor.formatting import trackable
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.survey.faults import FaultKind
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import ImagePublisher
from rat_tracker.ros.survey.topics import ImageTopic
from rat_tracker.ros.survey.topics import UNKNOWN


def cameras(seen: Snapshot) -> Iterator[Finding]:
    """Go through all topics; what is wrong with one that nobody needs is but a note."""
    published = [topic for topic in seen.topics if topic.publishers]
    if not published:
        yield Finding(
            Level.ERROR, 'camera', 'nobody publishes images',
            "start the camera's driver; or play a video: ros2 run rat_tracker clip_player "
            '--ros-args -p video:=clip.mp4 -p loop:=true')
    bad = [topic for topic in published if _useless(seen, topic)]
    for topic in published:
        # While the tracker has no topic, one that can be read is enough.
        needed = topic == seen.followed or (
            seen.followed is None and len(bad) == len(published))
        yield _topic(seen, topic, needed)
    for topic in seen.judged:
        names = sorted({publisher.node for publisher in topic.publishers} - {UNKNOWN})
        if len(names) > 1:
            yield Finding(
                Level.WARNING, 'camera', f'{topic.name}: {" and ".join(names)} publish on it, and '
                'a tracker takes the images of both for those of one camera',
                'give each camera a topic of its own: start it with -r __ns:=/NAME')


def _useless(seen: Snapshot, topic: ImageTopic) -> bool:
    """Whether it is known that no images come that the tracker can read, or only depth."""
    figures = seen.figures.get(topic.name)
    return figures is not None and (
        not figures.received or seen.unreadable(topic) is not None or seen.holds_depth(topic))


def _topic(seen: Snapshot, topic: ImageTopic, needed: bool) -> Finding:
    bad = Level.ERROR if needed else Level.NOTE
    figures = seen.figures.get(topic.name)
    names = ', '.join(publisher.node for publisher in topic.publishers)
    if figures is None:
        return Finding(Level.OK, 'camera', f'{topic.name}: not measured, from {names}')
    refused = next((fault for fault in figures.faults
                    if fault.kind is FaultKind.NOT_SUBSCRIBED), None)
    if refused is not None:
        return Finding(bad, 'images', f'{topic.name}: cannot be subscribed to ({refused.text})',
                       'let the publishers of one topic agree on its type')
    if not figures.received:
        return Finding(
            Level.WARNING if topic == seen.followed and seen.tracks else bad, 'camera',
            f'{topic.name}: no image came within {seen.seconds:g} s, from {names}',
            'look at the camera and its driver; drivers may wait for a trigger, and slow ones '
            'need more --seconds')
    publishers = ', '.join(map(_publisher, topic.publishers))
    fault = seen.unreadable(topic)
    if fault is None:
        return Finding(
            Level.OK, 'camera', f'{topic.name}: {_figures(figures)}, from {publishers}')
    return Finding(
        bad, 'images', f'{topic.name}: {_figures(figures)}: {fault.text.partition(";")[0]}',
        _remedy(seen, topic, fault.kind))


def _remedy(seen: Snapshot, topic: ImageTopic, kind: FaultKind) -> str:
    """Say what to do about images that cannot be read."""
    others = trackable(seen)
    if others and topic == seen.followed:
        return f'start it on other images: {start_command(seen.node, others[0])}'
    if kind is FaultKind.INVALID:
        return "look at the camera's driver and its connection"
    return 'let the driver publish bgr8, rgb8, mono8, a Bayer pattern or YUV 4:2:2'


def _figures(figures: TopicFigures) -> str:
    size = f'{figures.width}x{figures.height} ' if figures.width else ''
    rate = 'one image only' if figures.rate is None else f'{figures.rate:.1f} Hz'
    return (f'{size}{figures.encoding or "(no format named)"}, {rate}, '
            f'{megabytes(figures.bytes)} each')


def _publisher(publisher: ImagePublisher) -> str:
    history = '' if publisher.history == 'unknown' else f', {publisher.history}'
    return f'{publisher.node} ({publisher.reliability}, {publisher.durability}{history})'

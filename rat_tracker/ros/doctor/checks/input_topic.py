"""Whether the tracker listens where images are published, and in a way that it hears them."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.formatting import start_command
from rat_tracker.ros.doctor.formatting import trackable
from rat_tracker.ros.doctor.snapshot import COMPRESSED
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.doctor.snapshot import Tracker
from rat_tracker.ros.topic_types import transport_of


def input_topic(seen: Snapshot) -> Iterator[Finding]:
    """Compare the tracker's subscription with the topics that there are."""
    tracker = seen.tracker
    if tracker is None or not tracker.topic:
        return
    if seen.followed is None:
        kind = 'compressed' if tracker.type_name == COMPRESSED else 'raw'
        yield Finding(
            Level.ERROR, 'topic', f'{seen.node} listens to {tracker.topic}, where nobody '
            f'publishes {kind} images{_carried(tracker)}', _remedy(seen))
    elif tracker.incompatibility:
        yield Finding(
            Level.ERROR, 'qos', f'{seen.node} cannot hear {tracker.topic}: its subscription does '
            f'not match the {tracker.incompatibility}',
            f'take qos_overrides.{tracker.topic}.subscription out of the parameters of '
            f'{seen.node}, and start it anew: without, it hears every camera')
    else:
        yield Finding(Level.OK, 'topic', f'{seen.node} listens to {tracker.topic}')


def _carried(tracker: Tracker) -> str:
    kinds = ' and '.join(tracker.other_types)
    return f': it carries {kinds}, and the node takes {tracker.type_name}' if kinds else ''


def _remedy(seen: Snapshot) -> str:
    assert seen.tracker is not None
    tracker = seen.tracker
    images = transport_of(tracker.topic, tracker.type_name)[1] or tracker.topic
    others = trackable(seen)
    if not others:
        return "start the camera's driver"
    best = min(others, key=lambda topic: (
        topic.name != tracker.topic, transport_of(topic.name, topic.type_name)[1] != images))
    names = ', '.join([best.name, *(topic.name for topic in others if topic != best)][:3])
    return (f'images are on {names}: stop the node, and start it there: '
            f'{start_command(seen.node, best)}')

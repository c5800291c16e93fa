"""Whether the tracker listens where images are published, and in a way that it hears them."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.formatting import start_command
from rat_tracker.ros.doctor.formatting import SUFFIX
from rat_tracker.ros.doctor.formatting import trackable
from rat_tracker.ros.doctor.snapshot import COMPRESSED
from rat_tracker.ros.doctor.snapshot import Snapshot


def input_topic(seen: Snapshot) -> Iterator[Finding]:
    """Compare the tracker's subscription with the topics that there are."""
    tracker = seen.tracker
    if tracker is None or not tracker.topic:
        return
    if seen.followed is None:
        kind = 'compressed' if tracker.type_name == COMPRESSED else 'raw'
        yield Finding(
            Level.ERROR, 'topic', f'{seen.node} listens to {tracker.topic}, where nobody '
            f'publishes {kind} images', _remedy(seen))
    elif tracker.incompatibility:
        yield Finding(
            Level.ERROR, 'qos', f'{seen.node} cannot hear {tracker.topic}: its subscription does '
            f'not match the {tracker.incompatibility}',
            f'take qos_overrides.{tracker.topic}.subscription out of the parameters of '
            f'{seen.node}, and start it anew: without, it hears every camera')
    else:
        yield Finding(Level.OK, 'topic', f'{seen.node} listens to {tracker.topic}')


def _remedy(seen: Snapshot) -> str:
    assert seen.tracker is not None
    images = seen.tracker.topic.removesuffix(SUFFIX)
    others = trackable(seen)
    if not others:
        return "start the camera's driver"
    best = next((topic for topic in others if topic.name.removesuffix(SUFFIX) == images),
                others[0])
    names = ', '.join([best.name, *(topic.name for topic in others if topic != best)][:3])
    return (f'images are on {names}: stop the node, and start it there: '
            f'{start_command(seen.node, best)}')

"""Whether the tracker listens where images are published, and in a way that it hears them."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.observation import COMPRESSED
from rat_tracker.ros.doctor.observation import Observation
from rat_tracker.ros.doctor.observation import RAW
from rat_tracker.ros.doctor.wording import arguments_for
from rat_tracker.ros.doctor.wording import SUFFIX


def input_topic(seen: Observation) -> Iterator[Finding]:
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


def _remedy(seen: Observation) -> str:
    assert seen.tracker is not None
    topic = seen.tracker.topic
    kinds = {(other.name, other.type_name) for other in seen.topics if other.publishers}
    if (f'{topic}{SUFFIX}', COMPRESSED) in kinds:
        return (f'{topic}{SUFFIX} is published: start {seen.node} with '
                '-p image_transport:=compressed')
    if (topic.removesuffix(SUFFIX), RAW) in kinds:
        return (f'{topic.removesuffix(SUFFIX)} is published: start {seen.node} with '
                '-p image_transport:=raw')
    here = next((other for other in seen.topics if other.publishers and other.name == topic), None)
    if here is not None and arguments_for(here) is not None:
        return (f'{topic} carries {here.type_name}: start {seen.node} with '
                f'{arguments_for(here)}')
    others = {other.name: way for other in seen.topics if other.publishers
              and (way := arguments_for(other)) is not None}
    names, ways = list(others), list(others.values())
    if ways:
        return (f'images are on {", ".join(names[:3])}: start {seen.node} with '
                f'{ways[0] or "no remapping of image_raw"}')
    return "start the camera's driver"

"""Why nothing comes out, in one sentence with the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import math

from rat_tracker.pipeline.statistics import Snapshot
from rat_tracker.pipeline.worker import Status

_REPEAT = 60.0  # seconds after which a cause that stays is logged again


@dataclass(frozen=True, slots=True)
class NodeHealth:
    """What is known when the question comes up; times are on the steady clock, in seconds."""

    now: float
    node: str              # full name
    lifecycle: str         # 'unconfigured', 'inactive', 'active', ...
    topic: str             # resolved name of the images' topic
    since: float           # begin of the subscription
    publishers: int
    incompatible: str      # policy of publishers that do not match ours; empty: all match
    counters: Snapshot
    worker: Status
    kept: tuple[int, int] = (0, 0)            # images kept for selection, and their bytes
    position: Sequence[tuple[str, str]] = ()  # of the diagnostics, about positions
    position_fault: str | None = None         # what is wrong with calibration or depth
    image_types: str = ''  # why no image comes, by the types in the graph; empty: they do not tell
    input_types: str = ''  # which other input carries another type; empty: none does


def diagnose(health: NodeHealth, quiet: float) -> str | None:
    """Return why no target, or no position, is published; None if all is well.

    :param quiet: seconds without an image or a result that are still nothing unusual
    """
    counters, worker, topic = health.counters, health.worker, health.topic
    if health.lifecycle != 'active':
        return _not_active(health)
    if worker.load_error:
        return worker.load_error
    if worker.loading:
        return 'the engine is still loading'
    if health.now - max(counters.last_received, health.since) > quiet:
        return _no_image(health)
    if counters.invalid_streak and health.now - counters.last_processed > quiet:
        return (f'the last {counters.invalid_streak} images on {topic} were invalid: '
                f'{counters.last_error}')
    if health.now - max(counters.last_processed, health.since) > quiet:
        return f'the tracker has had no result for {quiet:g} s, although images come'
    if counters.unstamped_streak:
        return (f'the last {counters.unstamped_streak} images on {topic} have a zero stamp, so '
                'that latencies are unknown and only the newest can be selected on; '
                'let the camera driver set header.stamp')
    if health.input_types:
        return health.input_types
    if not worker.selected:
        return f'no target is selected ({worker.reason}); call {health.node}/set_target'
    return health.position_fault


def _not_active(health: NodeHealth) -> str:
    if health.lifecycle == 'finalized':
        return 'the node is finalized, as after a shutdown; start it again to use it'
    following = 'activate' if health.lifecycle == 'inactive' else 'configure'
    return f'the node is {health.lifecycle}; run: ros2 lifecycle set {health.node} {following}'


def _no_image(health: NodeHealth) -> str:
    topic, publishers = health.topic, health.publishers
    if health.image_types:
        return health.image_types
    if not publishers:
        return f'there is no publisher on {topic}; start the camera, or remap image_raw to it'
    if health.incompatible:
        return (f'the QoS of {_count(publishers)} on {topic} does not match the subscription '
                f'({health.incompatible}); set qos_overrides.{topic}.subscription')
    return (f'{_count(publishers)} on {topic} sent no image; look at the camera, and at the size '
            'of the shared memory (config/fastdds.xml)')


def _count(publishers: int) -> str:
    return '1 publisher' if publishers == 1 else f'{publishers} publishers'


class LogThrottle:
    """Log a cause once it has lasted, and again while it stays."""

    def __init__(self) -> None:
        self._kind = ''
        self._next = math.inf

    def due(self, now: float, cause: str | None, delay: float) -> bool:
        """Whether this cause is to be logged now.

        :param delay: seconds for which a cause has to last; numbers in it may change meanwhile
        """
        kind = ''.join(letter for letter in cause or '' if not letter.isdigit())
        if kind != self._kind:
            self._kind, self._next = kind, now + delay
        if cause is None or now < self._next:
            return False
        self._next = now + _REPEAT
        return True

"""What is measured: one way through ROS, and the figures that it gave."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from typing import Literal

# How images get from the camera to the node: by config/fastdds.xml, or as Fast DDS comes.
TRANSPORTS = ('profile', 'default')

Transport = Literal['profile', 'default']


@dataclass(frozen=True, slots=True)
class Configuration:
    """A camera, and how its images travel."""

    width: int
    height: int
    rate: float  # Hz
    encoding: str  # one of rat_tracker.ros.parameters.TRANSPORTS
    transport: Transport

    def __str__(self) -> str:
        return (f'{self.width}x{self.height} at {self.rate:g} Hz, {self.encoding} images, '
                f'{self.transport} transport')


@dataclass(frozen=True, slots=True)
class Figures:
    """What one configuration gave, between two moments of the tracker's own counters."""

    published: int  # frames
    answered: int
    not_received: int  # by the node: lost on the way to it
    dropped: int  # by the node, for a newer one
    late: int  # answered after a newer one was
    latency_p50_ms: float  # from a frame's stamp to the arrival of its answer
    latency_p99_ms: float
    latency_max_ms: float
    tracking_p50_ms: float  # of the last seconds, as the node says itself
    camera_hz: float  # at which the player published
    camera_gap_ms: float  # the longest time between two frames
    overlap: float  # mean, of the answers' boxes with the true ones
    player_cpu: float  # CPU seconds per second
    node_cpu: float
    subscriber_cpu: float
    others_cpu: float  # of all other processes on the same cores
    engine: str


@dataclass(frozen=True, slots=True)
class Result:
    """A configuration with its figures, or why there are none."""

    configuration: Configuration
    figures: Figures | None = None
    fault: str = ''
    notes: tuple[str, ...] = field(default=())

    @property
    def failed(self) -> bool:
        """Whether it gave no figures, or an answer came after a newer one's."""
        return self.figures is None or self.figures.late > 0

"""What is measured: one way through ROS, and the figures that it gave."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
import re
from typing import Literal

# How images get from the camera to the node: by config/fastdds.xml, or as Fast DDS comes.
ENCODINGS = ('raw', 'compressed')  # as the tracker's image_transport
TRANSPORTS = ('profile', 'default')

Transport = Literal['profile', 'default']


_VIEWERS = re.compile(r'(\d{1,2})((?:\+frozen|\+attention)*)')


@dataclass(frozen=True, slots=True)
class ViewerLoad:
    """Pages that are open in browsers, served by a ``console_node``."""

    live: int  # that show every picture at once
    frozen: bool = False  # one more, which shows one picture and no other
    attention: bool = False  # whether they want the attention, too

    @classmethod
    def parse(cls, text: str) -> ViewerLoad | None:
        """Read what ``str`` writes, and ``none``: not even the node.

        :raises ValueError: it is something else
        """
        if text == 'none':
            return None
        found = _VIEWERS.fullmatch(text)
        if found is None:
            raise ValueError(f'{text!r} names no viewers; write none, or a number, which '
                             '+frozen and +attention may follow, as in none,0,9+frozen')
        return cls(int(found[1]), '+frozen' in found[2], '+attention' in found[2])

    def __str__(self) -> str:
        return (f'{self.live}{"+frozen" if self.frozen else ""}'
                f'{"+attention" if self.attention else ""}')


@dataclass(frozen=True, slots=True)
class Configuration:
    """A camera, how its images travel, and who views them."""

    width: int
    height: int
    rate: float  # Hz
    encoding: str  # one of ENCODINGS
    transport: Transport
    viewers: ViewerLoad | None = None  # None: no console_node runs

    def __str__(self) -> str:
        return (f'{self.width}x{self.height} at {self.rate:g} Hz, {self.encoding} images, '
                f'{self.transport} transport'
                + ('' if self.viewers is None else f', viewers {self.viewers}'))


@dataclass(frozen=True, slots=True)
class Loads:
    """Seconds of one core's time per second, of each process."""

    player: float
    node: float
    subscriber: float
    console: float
    viewers: float
    others: float  # of everything else on the same cores


@dataclass(frozen=True, slots=True)
class Figures:
    """What one configuration gave, between two moments of the tracker's own counters."""

    published: int  # frames
    processed: int
    not_received: int  # by the node: lost on the way to it
    dropped: int  # by the node, for a newer one
    late: int  # processed after a newer one was
    latency_p50_ms: float  # from a frame's stamp to the arrival of its result
    latency_p99_ms: float
    latency_max_ms: float
    tracking_p50_ms: float  # of the last seconds, as the node says itself
    camera_hz: float  # at which the player published
    camera_gap_ms: float  # the longest time between two frames
    overlap: float  # mean, of the results' boxes with the true ones
    player_cpu: float  # CPU seconds per second
    node_cpu: float
    subscriber_cpu: float
    others_cpu: float  # of all other processes on the same cores
    engine: str
    console_cpu: float = 0.0
    viewers_cpu: float = 0.0
    pictures_hz: float = 0.0  # that each page which is not frozen has shown


@dataclass(frozen=True, slots=True)
class Result:
    """A configuration with its figures, or why there are none."""

    configuration: Configuration
    figures: Figures | None = None
    fault: str = ''
    notes: tuple[str, ...] = field(default=())

    @property
    def failed(self) -> bool:
        """Whether it gave no figures, or a result came after a newer one's."""
        return self.figures is None or self.figures.late > 0

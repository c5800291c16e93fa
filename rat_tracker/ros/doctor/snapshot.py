"""What was seen of a running system within some seconds; the checks judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from rat_tracker.ros.survey.faults import Fault
from rat_tracker.ros.survey.faults import FaultKind
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import IMAGE_TYPES
from rat_tracker.ros.survey.topics import ImageTopic

if TYPE_CHECKING:  # it brings torch, and seconds of waiting
    from rat_tracker.ros.tracker.settings import TrackerSettings

RAW, COMPRESSED = IMAGE_TYPES
_UNREADABLE = (FaultKind.ENCODING, FaultKind.INVALID)
_DEPTH = ('16UC1', '32FC1')  # REP 118


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The last status of a tracker in ``/diagnostics``."""

    level: int
    message: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tracker:
    """What a tracker's node reports of itself."""

    lifecycle: str | None = None  # None: it did not answer
    settings: TrackerSettings | None = None  # of one that is unconfigured; None: not known
    use_sim_time: bool = False
    diagnosis: Diagnosis | None = None
    topic: str = ''      # of the images that it subscribes to
    type_name: str = ''  # a key of IMAGE_TYPES
    incompatibility: str = ''  # as of ImageTopic, for its own subscription
    other_types: tuple[str, ...] = ()  # that are published on that topic


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    """What is on ``/clock``."""

    publishers: int = 0
    advanced: float = 0.0  # seconds between the first message and the last


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the checks judge."""

    node: str  # full name of the tracker's node
    domain: int
    seconds: float  # for which the topics were measured
    middleware: str
    tracker: Tracker | None = None  # None: no node of this name
    other_trackers: tuple[str, ...] = ()
    other_nodes: int = 0  # neither ours nor hidden
    topics: tuple[ImageTopic, ...] = ()  # those that a tracker publishes itself are left out
    figures: Mapping[str, TopicFigures] = field(default_factory=dict)
    clock: SimulatedClock = SimulatedClock()

    @property
    def followed(self) -> ImageTopic | None:
        """The topic that the tracker subscribes to, if anybody publishes on it."""
        if self.tracker is None:
            return None
        return next((topic for topic in self.topics if topic.publishers
                     and (topic.name, topic.type_name)
                     == (self.tracker.topic, self.tracker.type_name)), None)

    @property
    def readable(self) -> list[ImageTopic]:
        """The published topics but for those whose images the tracker could not read."""
        return [topic for topic in self.topics
                if topic.publishers and self.unreadable(topic) is None]

    def unreadable(self, topic: ImageTopic) -> Fault | None:
        """Return what is wrong with most of the images."""
        figures = self.figures.get(topic.name)
        return None if figures is None else next(
            (fault for fault in figures.faults
             if fault.kind in _UNREADABLE and 2 * fault.count > figures.received), None)

    def holds_depth(self, topic: ImageTopic) -> bool:
        """Whether its images may tell distances, not colours."""
        figures = self.figures.get(topic.name)
        return figures is not None and figures.encoding.startswith(_DEPTH)

    @property
    def tracks(self) -> bool:
        """Whether the tracker answered images in the last seconds, as it says itself."""
        diagnosis = None if self.tracker is None else self.tracker.diagnosis
        return diagnosis is not None and diagnosis.values.get(
            'tracked_per_second', '0.0') != '0.0'

    @property
    def judged(self) -> list[ImageTopic]:
        """The topics that matter: the tracker's; while it has none, all that are published."""
        followed = self.followed
        if followed is not None:
            return [followed]
        return [topic for topic in self.topics if topic.publishers]

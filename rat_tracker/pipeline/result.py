"""What the node says about one image, before it is written as messages."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.pipeline.frame import Frame
from rat_tracker.target import State
from rat_tracker.tracker import Attention

NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class TrackingResult:
    """What is said about one image. ``box`` is ``NOWHERE`` while nothing is selected."""

    frame: Frame
    image: Image
    id: str = ''
    state: State = State.SEARCHING
    score: float = 0.0
    box: Box = NOWHERE
    attention: Attention | None = None
    age: int = 0        # nanoseconds of image time since the selection
    last_seen: int = 0  # stamp of the last image in state TRACKING, nanoseconds
    reason: str = ''
    segmented: bool = False  # the box began as one that was made around a point

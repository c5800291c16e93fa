"""What the tracker starts on."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.pipeline.frame import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Select:
    """Start on a new target; ``image`` is the frame's, decoded, and ``box`` was checked on it."""

    id: str
    frame: Frame
    image: Image
    box: Box
    segmented: bool = False  # nobody drew the box: it was made around a point

"""Trackers that do as they are told, for tests of what uses a tracker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field

import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import TrackResult

BLACK: Image = np.zeros((48, 64, 3), np.uint8)


@dataclass
class ScriptedTracker:
    """Answers with the given boxes and scores, one after another; notes what it was asked."""

    boxes: Iterable[Box]
    scores: Iterable[float]
    started: list[Box] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    engine = 'script'
    memory_bytes = 0

    def __post_init__(self) -> None:
        self._answers = zip(self.boxes, self.scores, strict=False)

    def init(self, image: Image, box: Box) -> None:
        self.images.append(image)
        self.started.append(box)

    def track(self, image: Image) -> TrackResult:
        self.images.append(image)
        box, score = next(self._answers)
        return TrackResult(box, score, None, {'first': 0.001, 'second': 0.003})

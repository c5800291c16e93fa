"""Trackers that do as they are told, for tests of what uses a tracker."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
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

    def __post_init__(self) -> None:
        self.answers: Iterator[tuple[Box, float]] = zip(self.boxes, self.scores, strict=False)

    def init(self, image: Image, box: Box) -> None:
        self.images.append(image)
        self.started.append(box)

    def track(self, image: Image) -> TrackResult:
        self.images.append(image)
        box, score = next(self.answers)
        return TrackResult(box, score, None, {'first': 0.001, 'second': 0.003})


@dataclass
class ScriptedSearcher(ScriptedTracker):
    """A tracker that can search; what it finds in a window is up to ``sees``.

    ``sees`` is given the box that is evaluated and returns the box and the score of the find.
    """

    sees: Callable[[Box], tuple[Box, float]] = lambda box: (box, 0.0)
    learned: list[bool] = field(default_factory=list)
    evaluated: list[Box] = field(default_factory=list)
    resumed: list[Box] = field(default_factory=list)

    def track(self, image: Image, *, learn: bool = True) -> TrackResult:
        self.learned.append(learn)
        return super().track(image)

    def search_region(self, box: Box) -> Box:
        return Box.from_center(box.center_x, box.center_y, 2 * box.width, 2 * box.height)

    def evaluate_at(self, image: Image, box: Box) -> TrackResult:
        self.evaluated.append(box)
        found, score = self.sees(box)
        return TrackResult(found, score, None, {'evaluate_at': 0.001})

    def resume(self, box: Box) -> None:
        self.resumed.append(box)

"""Profiles of trackers that do as they are told."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from typing import cast

from support_trackers import ScriptedTracker

from rat_tracker.evaluation.running.profile import Profile
from rat_tracker.evaluation.running.profile import profile
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers.rat.together import ConcurrentRatTracker


class BegunTracker(ScriptedTracker):
    """Can be begun and finished like one of ours; notes when."""

    calls: list[str]
    memory_bytes = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.calls = []

    def begin(self, image: Image) -> None:
        self.calls.append('begin')
        self._image = image

    def synchronize(self) -> None:
        self.calls.append('synchronize')

    def finish(self) -> TrackResult:
        self.calls.append('finish')
        return self.track(self._image)


def measured(
    trackers: Sequence[BegunTracker], images: Iterable[Image], box: Box, frames: int,
    alone: BegunTracker | None = None,
) -> Profile:
    """Return a profile; see ``profile``."""
    return profile(cast('list[ConcurrentRatTracker]', trackers), images, box, frames,
                   cast('ConcurrentRatTracker | None', alone))

"""Several targets in one image."""

from __future__ import annotations

from collections.abc import Sequence

from rat_tracker.geometry import Image
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers.rat.tracker import RatTracker


def track_together(trackers: Sequence[RatTracker], image: Image) -> list[TrackResult]:
    """Find each tracker's target in the next frame.

    A GPU works on all targets at the same time, each on a stream of its own; a CPU on one after
    another.

    :param trackers: different ones, each with a target selected
    :raises RuntimeError: a tracker has no target; none has moved then
    :raises ValueError: see ``Tracker.track``; none has moved then
    :raises FloatingPointError: see ``RatTracker.finish``; all others have moved
    """
    for tracker in trackers:
        tracker.begin(image)
    results, failure = [], None
    for tracker in trackers:
        try:
            results.append(tracker.finish())
        except FloatingPointError as error:
            failure = error
    if failure is not None:
        raise failure
    return results

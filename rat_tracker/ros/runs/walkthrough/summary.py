"""What came of a run: the distance that was kept, the stops, and how the person was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
import math
from typing import Any

import numpy as np

from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.ros.runs.walkthrough.observer import Observations
from rat_tracker.target import State

SECOND = 1_000_000_000
_BLINK = SECOND // 5  # a shorter loss of sight is none
_SETTLED = 3 * SECOND  # after the selection and each finding, until the distance counts
_APART = 0.1  # overlap with the truth under which a box in state TRACKING is on something else


@dataclass(frozen=True, slots=True)
class Hiding:
    """One time that the person was out of sight; stamps in ns, None where it never came."""

    begin: int
    end: int | None  # when the person was in sight again
    last_tracked: int | None  # the last image before it in state TRACKING
    stopped: int | None  # the first velocity of zero, of those that lasted
    found: int | None  # the first image in state TRACKING after it
    moved: int | None  # the first velocity above zero after that

    def figures(self, start: int) -> dict[str, float | None]:
        """Return it in seconds."""
        return {
            'hidden_at': _seconds(start, self.begin),
            'hidden_for': _seconds(self.begin, self.end),
            'stopped_after_hidden': _seconds(self.begin, self.stopped),
            'stopped_after_last_tracked': _seconds(self.last_tracked, self.stopped),
            'found_after_in_sight': _seconds(self.end, self.found),
            'moving_after_found': _seconds(self.found, self.moved),
        }


def hidings(seen: Observations, targets: Mapping[int, TargetRecord], start: int) -> list[Hiding]:
    """Return every time from ``start`` on that the person was out of sight."""
    stamps = sorted(stamp for stamp in seen.seen if stamp >= start)
    edges = [later for earlier, later in pairwise(stamps)
             if seen.seen[earlier] != seen.seen[later]]
    begins = [stamp for stamp in edges if not seen.seen[stamp]]
    found = []
    for begin in begins:
        end = next((stamp for stamp in edges if stamp > begin), None)
        if end is None or end - begin >= _BLINK:
            found.append(_hiding(seen, targets, begin, end))
    return found


def _hiding(
    seen: Observations, targets: Mapping[int, TargetRecord], begin: int, end: int | None,
) -> Hiding:
    tracked = sorted(stamp for stamp, record in targets.items()
                     if record.state is State.TRACKING)
    until = end or max(seen.seen)
    # It may be lost before it is hidden, as far as that is defined by a part in sight.
    last = max((stamp for stamp in tracked if stamp < until), default=None)
    again = None if end is None else min(
        (stamp for stamp in tracked if stamp >= end - _BLINK and stamp != last), default=None)
    moving = [command.time for command in seen.commands if command.moves]
    last_move = max((time for time in moving if time < (again or until)), default=begin)
    stopped = min((command.time for command in seen.commands
                   if command.time >= last_move and not command.moves), default=None)
    moved = None if again is None else min(
        (time for time in moving if time > again), default=None)
    return Hiding(begin, end, last, stopped, again, moved)


def summarize(
    seen: Observations, targets: Mapping[int, TargetRecord], selections: list[int],
) -> dict[str, Any]:
    """Return the figures of a run, ready for JSON.

    :param selections: the stamps of the images on which the person was selected; not empty
    """
    start = selections[0]
    stamps = sorted(stamp for stamp in seen.seen
                    if stamp >= start and stamp in seen.robot and stamp in seen.person)
    away = hidings(seen, targets, start)
    unsettled = [start, *(hiding.found or hiding.begin for hiding in away)]
    following = [stamp for stamp in stamps if seen.seen[stamp] and not any(
        0 <= stamp - time < _SETTLED for time in unsettled)]
    distances = np.array([seen.distance(stamp) for stamp in following] or [math.nan])
    tracked = [stamp for stamp in stamps
               if stamp in targets and targets[stamp].state is State.TRACKING]
    overlaps = {stamp: targets[stamp].box.overlap(seen.boxes[stamp]) for stamp in tracked}
    in_sight = np.array([overlaps[stamp] for stamp in tracked if seen.seen[stamp]] or [math.nan])
    latencies = np.array([targets[stamp].latency for stamp in stamps if stamp in targets])
    return {
        'seconds': _seconds(start, stamps[-1]),
        'robot_metres': _length(seen.robot, stamps),
        'person_metres': _length(seen.person, stamps),
        'distance_median': _rounded(np.median(distances)),
        'distance_p5': _rounded(np.percentile(distances, 5)),
        'distance_p95': _rounded(np.percentile(distances, 95)),
        'distance_least': _rounded(min(seen.distance(stamp) for stamp in stamps)),
        'images_tracked': len(tracked),
        'images_tracked_astray': sum(overlap < _APART for overlap in overlaps.values()),
        'overlap_median': _rounded(np.median(in_sight)),
        'overlap_p5': _rounded(np.percentile(in_sight, 5)),
        'latency_ms_median': _rounded(np.median(latencies) * 1e3),
        'longest_delay': _longest_delay(seen, targets, start),
        'selections': len(selections),
        'hidings': [hiding.figures(start) for hiding in away],
    }


def _longest_delay(
    seen: Observations, targets: Mapping[int, TargetRecord], start: int,
) -> float:
    """Return for how many s at worst nothing came of what comes steadily.

    These are the robot's images, the tracker's results, and velocities after one that moves.
    """
    images = sorted(stamp for stamp in seen.seen if stamp >= start)
    results = sorted(record.received for record in targets.values()
                     if record.stamp >= start)
    velocities = [(before.time, after.time) for before, after in pairwise(seen.commands)
                  if before.moves]
    waits = (*pairwise(images), *pairwise(results), *velocities)
    return _rounded(max((after - before for before, after in waits), default=0) / SECOND)


def _length(path: Mapping[int, tuple[float, float]], stamps: list[int]) -> float:
    return _rounded(sum(
        math.dist(path[before], path[after]) for before, after in pairwise(stamps)))


def _seconds(begin: int | None, end: int | None) -> float | None:
    return None if begin is None or end is None else _rounded((end - begin) / SECOND)


def _rounded(value: Any) -> float:
    return round(float(value), 2)

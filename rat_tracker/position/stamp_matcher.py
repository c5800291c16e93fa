"""Bring targets and depth images together by their stamps, whichever comes first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Generic
from typing import TypeVar

from rat_tracker.stamps import LATE
from rat_tracker.stamps import NANOSECONDS

TargetT = TypeVar('TargetT')
DepthT = TypeVar('DepthT')

_KEPT = 16  # of either kind: half a second of a camera's 30 Hz
# Less than half the period of cameras up to 100 Hz: no image that is still to come is nearer.
_CLOSE = NANOSECONDS // 200


@dataclass(frozen=True, slots=True)
class Pair(Generic[TargetT, DepthT]):
    """A target and what there is of depth at its time."""

    target: TargetT
    depth: DepthT | None  # None: there is none within the tolerance
    gap: float            # seconds to the nearest; infinite where there is none at all


class StampMatcher(Generic[TargetT, DepthT]):
    """Give each target the depth image nearest in time.

    A target waits until a depth image of about its own stamp or a newer one has come, as only
    then the nearest is known. When the stamps of either kind jump back, all of before is
    forgotten: whichever kind jumps first, no target gets a depth image of the clock of before.
    Not thread-safe: its owner keeps the lock.
    """

    def __init__(self) -> None:
        self._depths: deque[tuple[int, DepthT]] = deque(maxlen=_KEPT)
        self._waiting: deque[tuple[int, TargetT]] = deque()
        self._newest_target = 0
        self._newest_depth = 0
        self.tolerance = 0.0  # seconds

    def push_target(self, stamp: int, target: TargetT) -> list[Pair[TargetT, DepthT]]:
        """Take in a target, seen at this time, and return what is decided, oldest first.

        :param stamp: nanoseconds
        """
        if stamp < self._newest_target - LATE:
            self.clear()
        self._newest_target = max(self._newest_target, stamp)
        self._waiting.append((stamp, target))
        pairs = self._decided()
        while len(self._waiting) > _KEPT:  # depth stopped to come; these have waited long enough
            pairs.append(self._pair(*self._waiting.popleft()))
        return pairs

    def push_depth(self, stamp: int, depth: DepthT) -> list[Pair[TargetT, DepthT]]:
        """Take in a depth image and return what is decided now, oldest first."""
        if stamp < self._newest_depth - LATE:
            self.clear()
        self._newest_depth = max(self._newest_depth, stamp)
        self._depths.append((stamp, depth))
        return self._decided()

    def decide(self) -> list[Pair[TargetT, DepthT]]:
        """Return the targets that wait, oldest first, with the nearest depth that came."""
        pairs = [self._pair(*item) for item in self._waiting]
        self._waiting.clear()
        return pairs

    def forget_targets(self) -> int:
        """Let go of the targets that wait and return how many these were."""
        count = len(self._waiting)
        self._waiting.clear()
        return count

    def clear(self) -> None:
        """Let go of everything."""
        self._waiting.clear()
        self._depths.clear()
        self._newest_target = self._newest_depth = 0

    def _decided(self) -> list[Pair[TargetT, DepthT]]:
        known_to = self._newest_depth + _CLOSE
        decided = [item for item in self._waiting if item[0] <= known_to]
        self._waiting = deque(item for item in self._waiting if item[0] > known_to)
        return [self._pair(*item) for item in decided]

    def _pair(self, stamp: int, target: TargetT) -> Pair[TargetT, DepthT]:
        if not self._depths:
            return Pair(target, None, float('inf'))
        when, depth = min(self._depths, key=lambda item: abs(item[0] - stamp))
        gap = abs(when - stamp) / NANOSECONDS
        return Pair(target, depth if gap <= self.tolerance else None, gap)

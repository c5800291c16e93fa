"""What a target's states said while it was in sight, while it was not, and when it was back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.geometry import Box
from rat_tracker.target import State
from rat_tracker.target import Target

_IN_SIGHT = 0.8  # part of the target from which on it counts as in sight
_RIGHT = 0.5  # overlap from which on a box is on the target
_ELSEWHERE = 0.1  # overlap below which a box is on something else


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame: what was true, and what was said."""

    visible: float  # part of the target that was in sight
    overlap: float  # of the box with the target's
    state: State

    @property
    def wrong(self) -> bool:
        """Whether something else was said to be the target."""
        return self.state == State.TRACKING and (
            self.visible == 0 or self.overlap < _ELSEWHERE)


@dataclass(frozen=True)
class Episode:
    """A clip in which the target goes out of sight once, or never."""

    moments: tuple[Moment, ...]
    rate: float  # frames per second

    @property
    def hidden(self) -> tuple[Moment, ...]:
        """The frames that showed nothing of the target."""
        return tuple(moment for moment in self.moments if moment.visible == 0)

    @property
    def _gone(self) -> int:
        """The first hidden frame; the clip's length if there is none."""
        return next((index for index, moment in enumerate(self.moments)
                     if moment.visible == 0), len(self.moments))

    @property
    def said_lost(self) -> bool:
        """Whether LOST was said while the target was hidden."""
        return any(moment.state == State.LOST for moment in self.hidden)

    @property
    def alarms(self) -> int:
        """How often LOST began while the target was in sight, before it went."""
        before = self.moments[:self._gone]
        return sum(now.state == State.LOST and last.state != State.LOST
                   and now.visible >= _IN_SIGHT
                   for last, now in pairwise(before))

    @property
    def found_after(self) -> float | None:
        """Seconds from when the target was in sight again until it was tracked again."""
        if not self.hidden:
            return None
        last = len(self.moments) - 1 - next(
            index for index, moment in enumerate(reversed(self.moments)) if moment.visible == 0)
        after = self.moments[last + 1:]
        back = next((index for index, moment in enumerate(after)
                     if moment.visible >= _IN_SIGHT), None)
        if back is None:
            return None
        found = next((index for index, moment in enumerate(after)
                      if moment.state == State.TRACKING and moment.overlap > _RIGHT), None)
        return None if found is None else max(found - back, 0) / self.rate

    @property
    def found_wrongly(self) -> int:
        """How often LOST ended on something else."""
        return sum(last.state == State.LOST and now.wrong
                   for last, now in pairwise(self.moments))


def follow(target: Target, clip: Iterable[SyntheticFrame], rate: float) -> Episode:
    """Let a target be followed through a clip.

    :param clip: the box of the first frame is the one that is selected
    :param rate: frames per second
    """
    moments: list[Moment] = []
    start: Box | None = None
    for frame in clip:
        if start is None:
            start = frame.box
            target.init(frame.image, start)
            continue
        estimate = target.track(frame.image)
        moments.append(Moment(
            frame.visible, estimate.box.overlap(frame.box), estimate.state))
    return Episode(tuple(moments), rate)

"""The states of a target while it was in sight, while it was not, and when it was back."""

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
class EpisodeFrame:
    """The truth about a frame, and the state and box that were reported."""

    visible: float  # part of the target that was in sight
    overlap: float  # of the box with the target's
    state: State

    @property
    def wrong(self) -> bool:
        """Whether something else was tracked as the target."""
        return self.state == State.TRACKING and (
            self.visible == 0 or self.overlap < _ELSEWHERE)


@dataclass(frozen=True)
class Episode:
    """A clip in which the target goes out of sight once, or never."""

    frames: tuple[EpisodeFrame, ...]
    rate: float  # frames per second

    @property
    def hidden(self) -> tuple[EpisodeFrame, ...]:
        """The frames that showed nothing of the target."""
        return tuple(frame for frame in self.frames if frame.visible == 0)

    @property
    def _gone(self) -> int:
        """The first hidden frame; the clip's length if there is none."""
        return next((index for index, frame in enumerate(self.frames)
                     if frame.visible == 0), len(self.frames))

    @property
    def reported_lost(self) -> bool:
        """Whether LOST was reported while the target was hidden."""
        return any(frame.state == State.LOST for frame in self.hidden)

    @property
    def alarms(self) -> int:
        """How often LOST began while the target was in sight, before it went."""
        before = self.frames[:self._gone]
        return sum(now.state == State.LOST and last.state != State.LOST
                   and now.visible >= _IN_SIGHT
                   for last, now in pairwise(before))

    @property
    def found_after(self) -> float | None:
        """Seconds from when the target was in sight again until it was tracked again."""
        if not self.hidden:
            return None
        last = len(self.frames) - 1 - next(
            index for index, frame in enumerate(reversed(self.frames)) if frame.visible == 0)
        after = self.frames[last + 1:]
        back = next((index for index, frame in enumerate(after)
                     if frame.visible >= _IN_SIGHT), None)
        if back is None:
            return None
        found = next((index for index, frame in enumerate(after)
                      if frame.state == State.TRACKING and frame.overlap > _RIGHT), None)
        return None if found is None else max(found - back, 0) / self.rate

    @property
    def false_finds(self) -> int:
        """How often LOST ended on something else."""
        return sum(last.state == State.LOST and now.wrong
                   for last, now in pairwise(self.frames))


def follow(target: Target, clip: Iterable[SyntheticFrame], rate: float) -> Episode:
    """Let a target be followed through a clip.

    :param clip: the box of the first frame is the one that is selected
    :param rate: frames per second
    """
    frames: list[EpisodeFrame] = []
    start: Box | None = None
    for shown in clip:
        if start is None:
            start = shown.box
            target.init(shown.image, start)
            continue
        estimate = target.track(shown.image)
        frames.append(EpisodeFrame(
            shown.visible, estimate.box.overlap(shown.box), estimate.state))
    return Episode(tuple(frames), rate)

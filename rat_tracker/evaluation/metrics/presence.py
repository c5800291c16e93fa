"""Whether the states can be acted on: what is said where the box is not on the target.

A box *misses* the target where it overlaps the true one by less than 0.1, or where the data set
marks the target as absent; it is *right* where it overlaps by more than 0.5. Between the two
nothing is asked. First frames, whose boxes are given, and frames of which nothing is known are
left out. A *lasting loss* is at least half a second of frames in a row that miss the target; it is
*told* when the state is not TRACKING. Half a second is 15 frames: the rate of every sequence is
taken to be 30 frames per second, as most data sets do not say theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.sequence import Flags
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.metrics.bootstrap import share_interval
from rat_tracker.evaluation.metrics.overlap import overlaps
from rat_tracker.evaluation.metrics.reliability import RIGHT_OVERLAP
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.target import State

MISSED_OVERLAP = 0.1  # a smaller overlap misses the target
RATE = 30.0  # frames per second, taken to be those of every sequence
HALF_A_SECOND = round(0.5 * RATE)  # frames


@dataclass(frozen=True, slots=True)
class Loss:
    """A lasting loss.

    :param frames: how many it lasted
    :param told_after: frames from its first one until the state was not TRACKING, 0 where it was
        not from the beginning; None if it was TRACKING all the time
    """

    frames: int
    told_after: int | None

    @property
    def is_told_in_time(self) -> bool:
        return self.told_after is not None and self.told_after <= HALF_A_SECOND


@dataclass(frozen=True, slots=True)
class Presence:
    """Counts of frames, by what the box was and what the state said, and the lasting losses."""

    missed: int
    missed_tracking: int
    right: int
    right_tracking: int
    right_lost: int
    losses: tuple[Loss, ...]

    @property
    def told_in_time(self) -> int:
        return sum(loss.is_told_in_time for loss in self.losses)

    @property
    def late(self) -> list[Loss]:
        """The losses that were told late or never."""
        return [loss for loss in self.losses if not loss.is_told_in_time]


def presence(sequence: Sequence, run: SequenceRun) -> Presence | None:
    """Compare a run's states with its boxes; None if the run has no states.

    A frame of which nothing is known counts for losses as the one before it does.
    """
    if run.states is None:
        return None
    absent = np.zeros(len(sequence.boxes), bool) if sequence.absent is None else sequence.absent
    known = shows_target(sequence.boxes) | absent
    overlap = np.where(absent, 0, overlaps(run.boxes, sequence.boxes))
    known[:1] = False
    missed, right = known & (overlap < MISSED_OVERLAP), known & (overlap > RIGHT_OVERLAP)
    tracking, lost = run.states == State.TRACKING, run.states == State.LOST
    return Presence(
        int(missed.sum()), int((missed & tracking).sum()),
        int(right.sum()), int((right & tracking).sum()), int((right & lost).sum()),
        tuple(_losses(_carried_on(missed, known), tracking)))


def together(each: Iterable[Presence]) -> Presence:
    """Return the counts of several runs together, so that a frame counts the same in all."""
    each = list(each)
    return Presence(
        sum(one.missed for one in each), sum(one.missed_tracking for one in each),
        sum(one.right for one in each), sum(one.right_tracking for one in each),
        sum(one.right_lost for one in each),
        tuple(loss for one in each for loss in one.losses))


def presence_intervals(each: Iterable[Presence]) -> dict[str, Interval]:
    """Return the shares of several runs together, with their intervals over the sequences.

    ``missed_tracking``: of the boxes that miss the target, those in state TRACKING.
    ``right_tracking``, ``right_lost``: of the right boxes, those in this state.
    ``losses_told``: of the lasting losses, those that are told within half a second.
    """
    each = list(each)
    return {
        'missed_tracking': share_interval(
            [one.missed_tracking for one in each], [one.missed for one in each]),
        'right_tracking': share_interval(
            [one.right_tracking for one in each], [one.right for one in each]),
        'right_lost': share_interval(
            [one.right_lost for one in each], [one.right for one in each]),
        'losses_told': share_interval(
            [one.told_in_time for one in each], [len(one.losses) for one in each]),
    }


def _carried_on(flags: Flags, known: Flags) -> Flags:
    """Return the flags, that of the last known frame where a frame is not known."""
    newest = np.maximum.accumulate(np.where(known, np.arange(len(known)), 0))
    return flags[newest]


def _losses(missed: Flags, tracking: Flags) -> Iterator[Loss]:
    frame = 0
    for is_missed, run in groupby(missed.tolist()):
        length = len(list(run))
        if is_missed and length >= HALF_A_SECOND:
            told = np.flatnonzero(~tracking[frame:frame + length])
            yield Loss(length, int(told[0]) if len(told) else None)
        frame += length

"""The moment at which a run went worst, and the frames that tell the story.

A tracker that has lost its target overlaps little or nothing for the rest of the sequence; what a
reader wants to see is how it came to that. So the worst moment is the first of all equally bad
ones, and the frames begin where all was still well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.evaluation.metrics.curves import counted_frames
from rat_tracker.evaluation.metrics.overlap import overlaps
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.sequence_run import SequenceRun

_WINDOW = 9  # frames that are judged together: one bad box alone is no story
_REACH = 30  # frames that a story begins before its worst frame, at most
_STEP = 3  # frames that a story begins before its worst frame, at least
_FRAMES = 5
_GOOD = 0.5  # overlap or score
_LOST = 0.2  # what is lower is no better and no worse than this


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where a run went worst.

    :param frames: indices from 0, ascending, at most five
    :param worst: the one of them with the lowest overlap or score
    :param by_score: the score is lowest here, for want of true boxes; else it is the overlap
    """

    frames: tuple[int, ...]
    worst: int
    by_score: bool


def worst_excerpt(sequence: Sequence, run: SequenceRun) -> Excerpt:
    """Find the frames around the lowest overlap, or around the lowest score without true boxes."""
    values = known_overlaps(sequence, run)
    by_score = not np.isfinite(values[1:]).any()
    if by_score:
        values = run.scores
    frames = _story(values, _worst(values))
    # The story may go on to where it is worse still.
    shown = values[list(frames)]
    lowest = int(np.where(np.isfinite(shown), shown, np.inf).argmin())
    return Excerpt(frames, frames[lowest], by_score)


def known_overlaps(sequence: Sequence, run: SequenceRun) -> Values:
    """Return the overlap of each frame; NaN where it does not count or there is no true box."""
    known = counted_frames(sequence) & shows_target(sequence.boxes)
    return np.where(known, overlaps(run.boxes, sequence.boxes), np.nan)


def _worst(values: Values) -> int:
    """Return the lowest frame of the first of the lowest windows."""
    width = min(_WINDOW, len(values))
    windows = np.lib.stride_tricks.sliding_window_view(np.maximum(values, _LOST), width)
    known = np.isfinite(windows)
    sums = np.where(known, windows, 0).sum(axis=1)
    means = np.where(known.any(axis=1), sums / np.maximum(known.sum(axis=1), 1), np.inf)
    start = int(means.argmin())
    window = values[start:start + width]
    return start + int(np.nanargmin(window)) if np.isfinite(window).any() else start


def _story(values: Values, worst: int) -> tuple[int, ...]:
    """Return frames from the last good one to some after the worst."""
    earliest = max(worst - _REACH, 0)
    good = np.flatnonzero(values[earliest:max(worst - _STEP, 0)] > _GOOD)
    begin = earliest + int(good[-1]) if len(good) else max(worst - _WINDOW, 0)
    end = min(worst + _WINDOW - 1, len(values) - 1)
    frames = {begin, (begin + worst) // 2, worst, (worst + end) // 2, end}
    near = range(max(worst - _FRAMES, 0), min(worst + _FRAMES + 1, len(values)))
    for frame in sorted(near, key=lambda frame: abs(frame - worst)):
        if len(frames) >= _FRAMES:
            break
        frames.add(frame)
    return tuple(sorted(frames))

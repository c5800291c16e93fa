"""Anchors: where the multistart experiment starts a tracker, and in which direction it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.sequence import Flags
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import read_lines

SPACING = 50  # frames between anchors where a data set has none of its own; our choice
_FILE = 'anchor.value'
_TRUTH = 'groundtruth.txt'


@dataclass(frozen=True, slots=True)
class Anchor:
    """A frame, from 0, to start on; the run goes to the last frame, or backward to the first."""

    frame: int
    backward: bool = False

    def order(self, length: int) -> range:
        """Return the frames of the run in the order in which a tracker sees them."""
        return range(self.frame, -1, -1) if self.backward else range(self.frame, length)


def find_anchors(sequence: Sequence) -> tuple[Anchor, ...]:
    """Return a sequence's anchors in the toolkit's order, forward ones first.

    They stand in ``anchor.value`` beside the truth, a number for each frame: above zero for an
    anchor to run forward from, below zero for one to run backward from. Frames at the end may be
    left out. A data set without that file gets one every ``SPACING`` frames.

    :raises DatasetError: the file cannot be read, or has no anchor in these frames
    """
    if isinstance(sequence.frames, ImageFiles):
        for folder in sequence.frames.paths[0].parents[:2]:
            if (folder / _TRUTH).is_file() and (folder / _FILE).is_file():
                lines = read_lines(folder / _FILE)
                values = [line.numbers('a number: 1, 0 or -1')[0] for line in lines]
                return _chosen(values, len(sequence.frames), folder / _FILE)
    return regular_anchors(shows_target(sequence.boxes))


def regular_anchors(shown: Flags, spacing: int = SPACING) -> tuple[Anchor, ...]:
    """Return anchors every so many frames, each with the direction in which more is to be seen.

    The first and the last frame are anchors, too. Where there is no target, the next frame that
    has one is the anchor.

    :param shown: for each frame whether there is a target
    """
    length = len(shown)
    values = [0.0] * length
    for frame in (*range(0, length, spacing), length - 1):
        later = np.flatnonzero(shown[frame:])
        if len(later):
            anchor = frame + int(later[0])
            values[anchor] = 1.0 if anchor <= length - 1 - anchor else -1.0
    return _ordered(values)


def _chosen(values: list[float], length: int, path: Path) -> tuple[Anchor, ...]:
    anchors = _ordered(values)
    if not anchors:
        raise DatasetError(f'{path} has no anchor; write 1 or -1 in the line of a frame')
    within = tuple(anchor for anchor in anchors if anchor.frame < length)
    if not within:
        first = min(anchor.frame for anchor in anchors)
        raise DatasetError(f'{path} has its first anchor in frame {first} (from 0), and only '
                           f'{length} frames are run; take {first + 2} or more')
    return within


def _ordered(values: list[float]) -> tuple[Anchor, ...]:
    return (*(Anchor(frame) for frame, value in enumerate(values) if value > 0),
            *(Anchor(frame, backward=True) for frame, value in enumerate(values) if value < 0))

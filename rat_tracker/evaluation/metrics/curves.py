"""The curves behind the metrics: for each threshold, the share of the frames that pass it.

Frames are those that count (``Sequence.counted``). The first one, whose box the tracker was given,
is among them and is always right, as in OTB's and LaSOT's own evaluation. All values are NaN where
no frame counts.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.sequence import Flags
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.overlap import center_errors
from rat_tracker.evaluation.metrics.overlap import norm_center_errors
from rat_tracker.evaluation.metrics.overlap import overlaps
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.sequence_run import SequenceRun

# Overlap has to be above the threshold, so that the best success there can be is 20/21 = 0.952.
SUCCESS_THRESHOLDS = np.linspace(0, 1, 21)
# An error may be as large as the threshold.
PRECISION_THRESHOLDS = np.arange(51.0)  # pixels
NORM_PRECISION_THRESHOLDS = np.linspace(0, 0.5, 51)  # sizes of the true box


def success_curve(sequence: Sequence, run: SequenceRun) -> Values:
    """Return the share of the frames with an overlap above each of ``SUCCESS_THRESHOLDS``."""
    overlap = overlaps(*counted_boxes(sequence, run))
    return _shares(overlap[:, None] > SUCCESS_THRESHOLDS)


def precision_curve(sequence: Sequence, run: SequenceRun) -> Values:
    """Return the share of the frames with an error of at most ``PRECISION_THRESHOLDS``."""
    errors = center_errors(*counted_boxes(sequence, run))
    return _shares(errors[:, None] <= PRECISION_THRESHOLDS)


def norm_precision_curve(sequence: Sequence, run: SequenceRun) -> Values:
    """Return the share of the frames with an error of at most ``NORM_PRECISION_THRESHOLDS``."""
    errors = norm_center_errors(*counted_boxes(sequence, run))
    return _shares(errors[:, None] <= NORM_PRECISION_THRESHOLDS)


def mean_curve(curves: Iterable[Values]) -> Values:
    """Return the mean over sequences, each counting the same; those without a value are left out.

    :raises ValueError: there is no curve
    """
    stacked = np.stack(list(curves))
    known = stacked[np.isfinite(stacked).all(axis=1)]
    return known.mean(axis=0) if len(known) else np.full(stacked.shape[1], np.nan)


def counted_frames(sequence: Sequence) -> Flags:
    """Return for each frame whether it counts."""
    everything = np.ones(len(sequence.boxes), bool)
    return everything if sequence.counted is None else sequence.counted


def counted_boxes(sequence: Sequence, run: SequenceRun) -> tuple[Boxes, Boxes]:
    """Return the tracker's and the true boxes of the frames that count.

    :raises ValueError: there are more of one than of the other
    """
    if run.boxes.shape != sequence.boxes.shape:
        raise ValueError(f'{sequence.name}: {len(run.boxes)} boxes cannot be compared with '
                         f'{len(sequence.boxes)} true boxes')
    # Read from a file, the given box may be rounded.
    boxes = np.vstack([sequence.boxes[:1], run.boxes[1:]])
    counted = counted_frames(sequence)
    return boxes[counted], sequence.boxes[counted]


def _shares(passes: Flags) -> Values:
    """Return the share of the rows that are true, for each column."""
    return passes.mean(axis=0) if len(passes) else np.full(passes.shape[1], np.nan)

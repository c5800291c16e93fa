"""The metrics' own test: a tracker whose boxes are the true ones has the best value of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
import math

import numpy as np

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.curves import counted_frames
from rat_tracker.evaluation.metrics.one_pass import compute_metrics
from rat_tracker.evaluation.metrics.one_pass import Metrics
from rat_tracker.evaluation.sequence_run import SequenceRun

_ROUNDING = 1e-6


class SelfCheckError(RuntimeError):
    """The metrics are wrong; the message says which, and on which sequence."""


def self_check(sequences: Iterable[Sequence]) -> None:
    """Let the true boxes run as a tracker.

    :raises SelfCheckError: they do not score 20/21 in success and 1 in all else, or less by the
        share of the frames that count and have no true box
    """
    for sequence in sequences:
        found = asdict(compute_metrics(sequence, _perfect_run(sequence)))
        best = asdict(_best(sequence))
        for name, value in best.items():
            if not _same(found[name], value):
                raise SelfCheckError(
                    f'the self-check fails on {sequence.name}: its true boxes score {name} '
                    f'{found[name]:.6f} instead of {value:.6f}; no metric can be trusted, please '
                    'report this as a bug')


def _perfect_run(sequence: Sequence) -> SequenceRun:
    count = len(sequence.boxes)
    stop = (sequence.boxes[:, :2] + sequence.boxes[:, 2:])[shows_target(sequence.boxes)]
    # Of an image that holds all boxes but those beyond its left or top edge. The latter GOT-10k's
    # rule moves inside, where they overlap as any others.
    width, height = np.maximum(np.ceil(stop.max(axis=0)), 1)
    return SequenceRun(sequence.boxes, np.ones(count), np.zeros(count), {},
                       (int(width), int(height)), 0, 0.0)


def _best(sequence: Sequence) -> Metrics:
    """Return what cannot be surpassed."""
    counted = counted_frames(sequence)
    seen = shows_target(sequence.boxes)
    share = float(seen[counted].mean()) if counted.any() else math.nan
    later = counted[1:]
    later_share = float(seen[1:][later].mean()) if later.any() else math.nan
    return Metrics(auc=share * 20 / 21, precision_20=share, norm_precision=share,
                   ao=later_share, sr_50=later_share, sr_75=later_share)


def _same(found: float, best: float) -> bool:
    return (math.isnan(found) and math.isnan(best)) or abs(found - best) < _ROUNDING

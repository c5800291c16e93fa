"""The metrics of one-pass evaluation: one run over one sequence, never started again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence as List
from dataclasses import dataclass
import math

from rat_tracker.datasets.sequence import Flags
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.curves import counted_frames
from rat_tracker.evaluation.metrics.curves import norm_precision_curve
from rat_tracker.evaluation.metrics.curves import precision_curve
from rat_tracker.evaluation.metrics.curves import PRECISION_THRESHOLDS
from rat_tracker.evaluation.metrics.curves import success_curve
from rat_tracker.evaluation.metrics.overlap import bounded
from rat_tracker.evaluation.metrics.overlap import overlaps
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.sequence_run import SequenceRun


@dataclass(frozen=True, slots=True)
class Metrics:
    """How well a target was followed; all are NaN where no frame counts.

    Success, precision and normalised precision are OTB's and LaSOT's and count the first frame;
    average overlap and success rates are GOT-10k's and do not.
    """

    auc: float  # area under the success plot, 0 to 20/21
    precision_20: float  # share of the frames whose centre is at most 20 pixels off
    norm_precision: float  # area under the plot over errors from 0 to 0.5 target sizes
    ao: float  # mean overlap, boxes put inside the image
    sr_50: float  # share of the frames with overlap above 0.5
    sr_75: float


def compute_metrics(sequence: Sequence, run: SequenceRun) -> Metrics:
    """Compare a tracker's boxes with the true ones.

    :raises ValueError: there are more of one than of the other
    """
    precision = precision_curve(sequence, run)
    overlap = bounded_overlaps(sequence, run)
    return Metrics(
        auc=float(success_curve(sequence, run).mean()),
        precision_20=float(precision[PRECISION_THRESHOLDS == 20].item()),
        norm_precision=float(norm_precision_curve(sequence, run).mean()),
        ao=_mean(overlap), sr_50=_mean(overlap > 0.5), sr_75=_mean(overlap > 0.75))


def mean_metrics(pairs: Iterable[tuple[Sequence, Metrics]]) -> Metrics:
    """Return the metrics of a whole data set; what is NaN for a sequence is left out.

    As in OTB and LaSOT each sequence counts the same for success and both precisions. As in
    GOT-10k's toolkit each frame counts the same for average overlap and success rates.
    """
    pairs = list(pairs)
    every = [metrics for _, metrics in pairs]
    same = [1] * len(pairs)
    frames = [int(counted_frames(sequence)[1:].sum()) for sequence, _ in pairs]
    return Metrics(
        auc=_weighted([one.auc for one in every], same),
        precision_20=_weighted([one.precision_20 for one in every], same),
        norm_precision=_weighted([one.norm_precision for one in every], same),
        ao=_weighted([one.ao for one in every], frames),
        sr_50=_weighted([one.sr_50 for one in every], frames),
        sr_75=_weighted([one.sr_75 for one in every], frames))


def by_attribute(pairs: Iterable[tuple[Sequence, Metrics]]) -> dict[str, Metrics]:
    """Return the mean over the sequences with each attribute, by its name in sorted order."""
    groups: defaultdict[str, list[tuple[Sequence, Metrics]]] = defaultdict(list)
    for pair in pairs:
        for attribute in pair[0].attributes:
            groups[attribute].append(pair)
    return {attribute: mean_metrics(groups[attribute]) for attribute in sorted(groups)}


def bounded_overlaps(sequence: Sequence, run: SequenceRun) -> Values:
    """Return the overlaps that GOT-10k's metrics are means of: not that of the first frame."""
    later = counted_frames(sequence)[1:]
    return overlaps(bounded(run.boxes[1:][later], run.image_size),
                    bounded(sequence.boxes[1:][later], run.image_size))


def _mean(values: Values | Flags) -> float:
    return float(values.mean()) if len(values) else math.nan


def _weighted(values: List[float], weights: List[int]) -> float:
    known = [(value, weight) for value, weight in zip(values, weights, strict=True)
             if math.isfinite(value)]
    total = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / total if total else math.nan

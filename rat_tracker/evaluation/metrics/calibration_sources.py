"""A score that is calibrated on videos from several sources, and judged on one it never saw."""

from __future__ import annotations

from collections.abc import Sequence as List
from dataclasses import dataclass
from dataclasses import replace

import numpy as np

from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.metrics.calibration import fit
from rat_tracker.evaluation.metrics.calibration import Range
from rat_tracker.evaluation.metrics.calibration import rescore
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.metrics.reliability import calibration_interval
from rat_tracker.evaluation.metrics.reliability import judged_frames
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.online.confidence import ConfidenceParameters


@dataclass(frozen=True, eq=False)
class Source:
    """Sequences of one origin, each with its run."""

    name: str
    runs: List[tuple[Sequence, SequenceRun]]


@dataclass(frozen=True)
class Fitting:
    """How a calibration is fitted.

    :param confidence: what the runs' scores were made with
    :param midpoint_range: see ``rat_tracker.evaluation.metrics.calibration.fit``
    """

    confidence: ConfidenceParameters
    midpoint_range: Range
    slope_range: Range

    def fit(self, sources: List[Source]) -> ConfidenceParameters:
        """Fit so that each source counts the same, and in it each sequence.

        :raises ValueError: see ``rat_tracker.evaluation.metrics.calibration.fit``
        """
        scores, right = judged_frames(run for source in sources for run in source.runs)
        return fit(scores, right, frame_weights(sources), self.confidence,
                   midpoint_range=self.midpoint_range, slope_range=self.slope_range)

    def error(self, source: Source, confidence: ConfidenceParameters) -> Interval:
        """Return the expected calibration error that a source has with other parameters."""
        return calibration_interval(
            (sequence, replace(run, scores=rescore(run.scores, self.confidence, confidence)))
            for sequence, run in source.runs)


def frame_weights(sources: List[Source]) -> Values:
    """Return the weight of each judged frame: those of a sequence share that of the sequence.

    All sequences of a source weigh 1 together; one without such frames is none.
    """
    weights = [np.empty(0)]
    for source in sources:
        counts = [count for run in source.runs if (count := len(judged_frames([run])[0]))]
        weights += [np.full(count, 1 / (count * len(counts))) for count in counts]
    return np.concatenate(weights)

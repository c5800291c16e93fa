"""What came of a benchmark: all that the table and the page are made of."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence as List
from dataclasses import dataclass
from functools import cached_property
import math
from statistics import fmean

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.report.differences import Difference
from rat_tracker.evaluation.report.differences import differences
from rat_tracker.evaluation.report.intervals import own_intervals
from rat_tracker.evaluation.report.plotting import plot_styles
from rat_tracker.evaluation.report.plotting import PlotStyle
from rat_tracker.evaluation.report.summary import Row
from rat_tracker.evaluation.report.summary import run_row
from rat_tracker.evaluation.report.summary import total_row
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun


@dataclass(frozen=True, eq=False)
class Results:
    """What came of a benchmark, and its metrics, which are those of ``summary.csv``.

    :param title: the name of the data set
    :param outcomes: by name of the tracker and of the sequence, for all pairs of them
    :param conditions: what a reader has to know about how it was measured: label and text
    """

    title: str
    sequences: List[Sequence]
    trackers: List[str]
    outcomes: Mapping[tuple[str, str], SequenceRun | Failure]
    conditions: Mapping[str, str]

    @cached_property
    def rows(self) -> Mapping[tuple[str, str], Row]:
        """The metrics of each run, by name of the tracker and of the sequence."""
        return {(tracker, sequence.name):
                run_row(tracker, sequence, self.outcomes[tracker, sequence.name])
                for tracker in self.trackers for sequence in self.sequences}

    @cached_property
    def totals(self) -> Mapping[str, Row]:
        """The metrics of each tracker over all sequences, by its name."""
        return {tracker: total_row(tracker, self.runs(tracker), len(self.sequences))
                for tracker in self.trackers}

    @cached_property
    def intervals(self) -> Mapping[str, Mapping[str, Interval]]:
        """The intervals of each tracker's figures, by its name and by that of the metric."""
        return {tracker: own_intervals(
                    [self.rows[tracker, sequence.name] for sequence in self.sequences],
                    self.runs(tracker))
                for tracker in self.trackers}

    @cached_property
    def differences(self) -> List[Difference]:
        """By how much each tracker is better than each that comes after it."""
        return differences(
            self.rows, self.trackers, [sequence.name for sequence in self.sequences])

    @cached_property
    def styles(self) -> Mapping[str, PlotStyle]:
        """How each tracker is drawn in every plot."""
        return plot_styles(self.trackers)

    def runs(self, tracker: str) -> list[tuple[Sequence, SequenceRun]]:
        """Return the sequences that a tracker finished, each with its run."""
        pairs = ((sequence, self.outcomes[tracker, sequence.name]) for sequence in self.sequences)
        return [(sequence, run) for sequence, run in pairs if isinstance(run, SequenceRun)]

    @property
    def lines(self) -> list[Row]:
        """Return the lines of ``summary.csv`` in their order."""
        names = [sequence.name for sequence in self.sequences]
        return [row for tracker, total in self.totals.items()
                for row in (*(self.rows[tracker, name] for name in names), total)]

    @property
    def has_accuracy(self) -> bool:
        """Whether the success of any tracker is known."""
        return any(math.isfinite(row.auc) for row in self.totals.values())

    def reason(self, tracker: str, sequence: str) -> str | None:
        """Return why a run failed; None if it did not."""
        outcome = self.outcomes[tracker, sequence]
        return outcome.reason if isinstance(outcome, Failure) else None

    def failures(self) -> list[tuple[str, str, str]]:
        """Return tracker, sequence and reason of each run that failed."""
        return [(tracker, sequence.name, reason)
                for tracker in self.totals for sequence in self.sequences
                if (reason := self.reason(tracker, sequence.name)) is not None]

    def comparable(self, sequences: Collection[str] | None = None) -> list[bool]:
        """Return for each tracker whether it finished all of these sequences.

        A mean over fewer of them may look better than it is.

        :param sequences: names of sequences; None: all
        """
        names = {sequence.name for sequence in self.sequences} \
            if sequences is None else sequences
        return [all(self.reason(tracker, name) is None for name in names)
                for tracker in self.totals]

    def success(self, tracker: str, sequence: str) -> float:
        return self.rows[tracker, sequence].auc

    def mean_score(self, tracker: str, sequence: str) -> float:
        """Return the mean score after the first frame; NaN where there is none."""
        outcome = self.outcomes[tracker, sequence]
        scores = np.empty(0) if isinstance(outcome, Failure) else outcome.scores[1:]
        known = scores[np.isfinite(scores)]
        return float(known.mean()) if len(known) else math.nan

    def shared(self) -> list[str]:
        """Return the names of the sequences that all trackers finished.

        Trackers that finished none, as for want of a file, do not count.
        """
        names = [sequence.name for sequence in self.sequences]
        contenders = [tracker for tracker in self.totals
                      if any(self.reason(tracker, name) is None for name in names)]
        return [name for name in names if contenders and all(
            self.reason(tracker, name) is None for tracker in contenders)]

    def shared_success(self) -> dict[str, float]:
        """Return each tracker's mean success over the shared sequences; NaN if not known."""
        success = {}
        for tracker in self.totals:
            known = [auc for name in self.shared()
                     if math.isfinite(auc := self.success(tracker, name))]
            success[tracker] = fmean(known) if known else math.nan
        return success

    def wins(self, tracker: str) -> int:
        """Return on how many shared sequences no other tracker has a higher success."""
        wins = 0
        for name in self.shared():
            values = [self.success(other, name) for other in self.totals]
            best = max(filter(math.isfinite, values), default=math.nan)
            wins += self.success(tracker, name) == best
        return wins

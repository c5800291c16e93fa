"""What all parts of the report are made of."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from dataclasses import dataclass
import math

from rat_tracker.evaluation.outcome import Benchmark
from rat_tracker.evaluation.outcome import Failure
from rat_tracker.evaluation.report.looks import Look
from rat_tracker.evaluation.report.looks import looks
from rat_tracker.evaluation.summary import Row
from rat_tracker.evaluation.summary import summary


@dataclass(frozen=True, eq=False)
class Results:
    """A benchmark with its figures, which are those of ``summary.csv``.

    :param rows: by name of the tracker and of the sequence
    :param totals: by name of the tracker, over all sequences
    :param looks: of each tracker in every plot
    """

    benchmark: Benchmark
    rows: Mapping[tuple[str, str], Row]
    totals: Mapping[str, Row]
    looks: Mapping[str, Look]

    @classmethod
    def of(cls, benchmark: Benchmark) -> Results:
        """Work out the figures."""
        rows, totals = {}, {}
        lines = summary(benchmark)
        for tracker in benchmark.trackers:
            for sequence in benchmark.sequences:
                rows[tracker, sequence.name] = next(lines)
            totals[tracker] = next(lines)
        return cls(benchmark, rows, totals, looks(benchmark.trackers))

    @property
    def has_accuracy(self) -> bool:
        """Whether the success of any tracker is known."""
        return any(math.isfinite(row.auc) for row in self.totals.values())

    def reason(self, tracker: str, sequence: str) -> str | None:
        """Return why a run failed; None if it did not."""
        outcome = self.benchmark.outcomes[tracker, sequence]
        return outcome.reason if isinstance(outcome, Failure) else None

    def failures(self) -> list[tuple[str, str, str]]:
        """Return tracker, sequence and reason of each run that failed."""
        return [(tracker, sequence.name, reason)
                for tracker in self.totals for sequence in self.benchmark.sequences
                if (reason := self.reason(tracker, sequence.name)) is not None]

    def comparable(self, sequences: Collection[str] | None = None) -> list[bool]:
        """Return for each tracker whether it finished all of these sequences.

        A mean over fewer of them may look better than it is.

        :param sequences: names of sequences; None: all
        """
        names = {sequence.name for sequence in self.benchmark.sequences} \
            if sequences is None else sequences
        return [all(self.reason(tracker, name) is None for name in names)
                for tracker in self.totals]

    def wins(self, tracker: str) -> int:
        """Return on how many sequences no other tracker has a higher success."""
        wins = 0
        for sequence in self.benchmark.sequences:
            values = [self.rows[other, sequence.name].auc for other in self.totals]
            best = max(filter(math.isfinite, values), default=math.nan)
            wins += self.rows[tracker, sequence.name].auc == best
        return wins

"""What came of a benchmark: every tracker on every sequence."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as List
from dataclasses import dataclass

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.runner import SequenceRun


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that could not be finished, and why."""

    reason: str


@dataclass(frozen=True, eq=False)
class Benchmark:
    """All that a report is made of.

    :param title: the name of the data set
    :param outcomes: by name of the tracker and of the sequence, for all pairs of them
    :param conditions: what a reader has to know about how it was measured: label and text
    """

    title: str
    sequences: List[Sequence]
    trackers: List[str]
    outcomes: Mapping[tuple[str, str], SequenceRun | Failure]
    conditions: Mapping[str, str]

    def runs(self, tracker: str) -> list[tuple[Sequence, SequenceRun]]:
        """Return the sequences that a tracker finished, each with its run."""
        pairs = ((sequence, self.outcomes[tracker, sequence.name]) for sequence in self.sequences)
        return [(sequence, run) for sequence, run in pairs if isinstance(run, SequenceRun)]

"""One of VOT's experiments from the runs to the figures, all behind one shape."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as List
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import fields
from typing import Protocol

from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.vot import multistart
from rat_tracker.evaluation.vot import supervised
from rat_tracker.evaluation.vot.anchors import find_anchors
from rat_tracker.evaluation.vot.experiments import Recording
from rat_tracker.evaluation.vot.experiments import run_multistart
from rat_tracker.evaluation.vot.experiments import run_supervised
from rat_tracker.evaluation.vot.experiments import run_unsupervised
from rat_tracker.evaluation.vot.regions import truth_regions
from rat_tracker.evaluation.vot.run import Run
from rat_tracker.evaluation.vot.unsupervised import unsupervised_figures
from rat_tracker.evaluation.vot.unsupervised import UnsupervisedFigures
from rat_tracker.tracker import Tracker


@dataclass(frozen=True, eq=False)
class Result:
    """What a tracker did on a sequence: one recording for each of the experiment's runs."""

    sequence: Sequence
    recordings: List[Recording]


class Experiment(Protocol):
    """How trackers are run, and what figures are made of it."""

    @property
    def name(self) -> str: ...

    @property
    def figure_names(self) -> tuple[str, ...]: ...

    def run_names(self, sequence: Sequence) -> list[str]:
        """Return what the toolkit calls each run of a sequence."""

    def frames(self, sequence: Sequence) -> int:
        """Return how many frames all runs of a sequence have."""

    def record(
        self, tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None],
    ) -> Result:
        """Run a tracker.

        :raises rat_tracker.datasets.DatasetError: an image cannot be read
        """

    def figures(self, results: List[Result]) -> dict[str, float]:
        """Return the figures over some sequences, by name."""


def _names(kind: type[supervised.SupervisedFigures | UnsupervisedFigures
                      | multistart.MultistartFigures]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


class _OneRun:
    """Each sequence is run through once, from its beginning to its end."""

    def run_names(self, sequence: Sequence) -> list[str]:
        return [f'{sequence.name}_001']

    def frames(self, sequence: Sequence) -> int:
        return len(sequence.frames)


@dataclass(frozen=True)
class Supervised(_OneRun):
    """Start the tracker again after every failure."""

    eao_range: tuple[int, int] = supervised.EAO_RANGE
    name: str = 'supervised'
    figure_names: tuple[str, ...] = _names(supervised.SupervisedFigures)

    def record(
        self, tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None],
    ) -> Result:
        return Result(sequence, [run_supervised(tracker, sequence, on_frame)])

    def figures(self, results: List[Result]) -> dict[str, float]:
        return asdict(supervised.supervised_figures(map(_runs, results), self.eao_range))


@dataclass(frozen=True)
class Unsupervised(_OneRun):
    """Tell the tracker the first region and nothing else."""

    name: str = 'unsupervised'
    figure_names: tuple[str, ...] = _names(UnsupervisedFigures)

    def record(
        self, tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None],
    ) -> Result:
        return Result(sequence, [run_unsupervised(tracker, sequence, on_frame)])

    def figures(self, results: List[Result]) -> dict[str, float]:
        return asdict(unsupervised_figures(map(_runs, results)))


@dataclass(frozen=True)
class Multistart:
    """Start the tracker on each anchor."""

    eao_range: tuple[int, int] = multistart.EAO_RANGE
    name: str = 'multistart'
    figure_names: tuple[str, ...] = _names(multistart.MultistartFigures)

    def run_names(self, sequence: Sequence) -> list[str]:
        return [f'{sequence.name}_{anchor.frame:08}' for anchor in find_anchors(sequence)]

    def frames(self, sequence: Sequence) -> int:
        length = len(sequence.frames)
        return sum(len(anchor.order(length)) for anchor in find_anchors(sequence))

    def record(
        self, tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None],
    ) -> Result:
        anchors = find_anchors(sequence)
        return Result(sequence, run_multistart(tracker, sequence, anchors, on_frame))

    def figures(self, results: List[Result]) -> dict[str, float]:
        return asdict(multistart.multistart_figures(
            ((len(result.sequence.frames), _anchored(result)) for result in results),
            self.eao_range))


def _runs(result: Result) -> list[Run]:
    truth = truth_regions(result.sequence)
    return [Run.compare(recording.trajectory, truth, recording.image_size)
            for recording in result.recordings]


def _anchored(result: Result) -> list[Run]:
    truth = truth_regions(result.sequence)
    return [
        Run.compare(recording.trajectory, [truth[frame] for frame in anchor.order(len(truth))],
                    recording.image_size)
        for anchor, recording in zip(
            find_anchors(result.sequence), result.recordings, strict=True)]

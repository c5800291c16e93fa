"""A tracker on all sequences of an experiment: one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.running.outcome import Failure
from rat_tracker.evaluation.vot.measure import Experiment
from rat_tracker.evaluation.vot.measure import Result
from rat_tracker.tracker import Tracker


def attempt_all(
    experiment: Experiment, create: Callable[[], Tracker], sequences: Iterable[Sequence],
    on_frames: Callable[[int], None] = lambda _: None,
) -> Iterator[tuple[Sequence, Result | Failure]]:
    """Run a tracker on each sequence; yield what came of it as it is done.

    :param create: makes the tracker; it is made again after a failure, whose traces might stay
    :param on_frames: told how many more frames are done or, after a failure, given up
    """
    tracker: Tracker | None = None
    for sequence in sequences:
        waiting = _Waiting(experiment.frames(sequence), on_frames)
        try:
            if tracker is None:
                tracker = create()
            outcome: Result | Failure = experiment.record(tracker, sequence, waiting.count)
        # Whatever a tracker or an image may raise belongs to this one run.
        except Exception as error:  # noqa: BLE001
            tracker = None
            waiting.give_up()
            outcome = Failure(_reason(error))
        yield sequence, outcome


class _Waiting:
    """How many frames of a run are not done."""

    def __init__(self, frames: int, on_frames: Callable[[int], None]) -> None:
        self._frames = frames
        self._on_frames = on_frames

    def count(self) -> None:
        self._frames -= 1
        self._on_frames(1)

    def give_up(self) -> None:
        self._on_frames(self._frames)


def _reason(error: Exception) -> str:
    message = ' '.join(str(error).split())
    return message if isinstance(error, DatasetError) else f'{type(error).__name__}: {message}'

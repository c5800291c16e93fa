"""VOT's supervised experiment: a tracker that lost its target is started anew on the truth.

The rules are those of vot-toolkit 0.7.4, whose results come out the same
(``make test-peers``). One differs: where the target has no region in the frame on which a tracker
is to be started again, the toolkit ends with an error; here the next frame that has one is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.sequence import Polygon
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.vot.overlap import overlap
from rat_tracker.evaluation.vot.overlap import Values
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import startable
from rat_tracker.evaluation.vot.regions import truth_regions
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker

_SKIPPED = 5  # frames from a failure to the next start; VOT2013 to VOT2019


@dataclass(frozen=True, eq=False)
class Recording:
    """What a tracker answered on a sequence.

    :param trajectory: a region or a code for each frame
    :param scores: one for each frame; NaN where there is no answer
    :param seconds: of work on each frame; NaN where there was none
    :param image_size: width and height in pixels
    """

    trajectory: list[Box | Polygon | Code]
    scores: Values
    seconds: Values
    image_size: tuple[int, int]


class _Recorder:
    """Calls a tracker and notes what comes of it."""

    def __init__(self, tracker: Tracker, length: int) -> None:
        self._tracker = tracker
        self._trajectory: list[Box | Polygon | Code] = [Code.UNKNOWN] * length
        self._scores, self._seconds = np.full(length, np.nan), np.full(length, np.nan)
        self.image_size = (0, 0)

    def start(self, frame: int, image: Image, box: Box) -> None:
        height, width = image.shape[:2]
        self.image_size = width, height
        box = startable(box, width, height)
        began = perf_counter()
        self._tracker.init(image, box)
        self._seconds[frame] = perf_counter() - began
        self._trajectory[frame] = Code.INITIALIZATION

    def track(self, frame: int, image: Image) -> Box:
        began = perf_counter()
        result = self._tracker.track(image)
        self._seconds[frame] = perf_counter() - began
        self._trajectory[frame], self._scores[frame] = result.box, result.score
        return result.box

    def fail(self, frame: int) -> None:
        self._trajectory[frame] = Code.FAILURE

    @property
    def recording(self) -> Recording:
        return Recording(self._trajectory, self._scores, self._seconds, self.image_size)


def run_supervised(
    tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None] = lambda: None,
) -> Recording:
    """Start the tracker on the first region, and again 5 frames after each overlap of 0.

    :param on_frame: called after every frame
    :raises rat_tracker.datasets.DatasetError: an image cannot be read
    :raises ValueError: the tracker refuses an image or the box to start with
    """
    truth = truth_regions(sequence)
    recorder = _Recorder(tracker, len(truth))
    running, earliest = False, 0
    for frame, image in enumerate(sequence.frames):
        if running:
            box = recorder.track(frame, image)
            if overlap(box, truth[frame], recorder.image_size) == 0:
                recorder.fail(frame)
                running, earliest = False, frame + _SKIPPED
        elif frame >= earliest and truth[frame] is not None:
            recorder.start(frame, image, Box(*map(float, sequence.boxes[frame])))
            running = True
        on_frame()
    return recorder.recording


def run_all(
    create: Callable[[], Tracker], sequences: Iterable[Sequence],
    on_frames: Callable[[int], None] = lambda _: None,
) -> Iterator[tuple[Sequence, Recording | Failure]]:
    """Run a tracker on each sequence, whatever fails; yield what came of it as it is done.

    :param create: makes the tracker; it is made again after a failure, whose traces might stay
    :param on_frames: called with how many more frames are done or, after a failure, given up
    """
    tracker: Tracker | None = None
    for sequence in sequences:
        waiting = _Waiting(len(sequence.frames), on_frames)
        try:
            if tracker is None:
                tracker = create()
            outcome: Recording | Failure = run_supervised(tracker, sequence, waiting.count)
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

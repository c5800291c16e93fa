"""VOT's experiments, run in this process: what a tracker is shown, and when it is told the truth.

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

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.frames import Frames
from rat_tracker.datasets.sequence import Polygon
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.vot.anchors import Anchor
from rat_tracker.evaluation.vot.overlap import overlap
from rat_tracker.evaluation.vot.overlap import Values
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import truth_regions
from rat_tracker.evaluation.vot.start import startable
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker

SKIPPED = 5  # frames from a failure to the next start; VOT2013 to VOT2019
_AT_ONCE = 32  # images held while running backward


@dataclass(frozen=True, eq=False)
class Recording:
    """What a tracker answered in one run.

    :param trajectory: a region or a code for each frame, in the order that the tracker saw
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

    def __init__(self, tracker: Tracker, length: int, on_frame: Callable[[], None]) -> None:
        self._tracker = tracker
        self._on_frame = on_frame
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
        self._on_frame()

    def track(self, frame: int, image: Image) -> Box:
        began = perf_counter()
        result = self._tracker.track(image)
        self._seconds[frame] = perf_counter() - began
        self._trajectory[frame], self._scores[frame] = result.box, result.score
        self._on_frame()
        return result.box

    def fail(self, frame: int) -> None:
        self._trajectory[frame] = Code.FAILURE

    def skip(self) -> None:
        self._on_frame()

    @property
    def recording(self) -> Recording:
        return Recording(self._trajectory, self._scores, self._seconds, self.image_size)


def run_unsupervised(
    tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None] = lambda: None,
) -> Recording:
    """Tell the tracker the first region and nothing else.

    :param on_frame: called after every frame
    :raises rat_tracker.datasets.DatasetError: an image cannot be read
    """
    return _run(tracker, sequence, range(len(sequence.frames)), on_frame)


def run_multistart(
    tracker: Tracker, sequence: Sequence, anchors: Iterable[Anchor],
    on_frame: Callable[[], None] = lambda: None,
) -> list[Recording]:
    """Start the tracker on each anchor and run to the end in the anchor's direction.

    :param on_frame: called after every frame of every run
    :raises rat_tracker.datasets.DatasetError: an image cannot be read, or there is no
        target in an anchor's frame
    """
    length = len(sequence.frames)
    return [_run(tracker, sequence, anchor.order(length), on_frame) for anchor in anchors]


def run_supervised(
    tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None] = lambda: None, *,
    failure_overlap: float = 0.0, skipped: int = SKIPPED,
) -> Recording:
    """Start the tracker again after every failure.

    :param on_frame: called after every frame
    :param failure_overlap: an overlap as small as this is a failure
    :param skipped: frames from a failure to the next start
    :raises rat_tracker.datasets.DatasetError: an image cannot be read
    """
    truth = truth_regions(sequence)
    recorder = _Recorder(tracker, len(truth), on_frame)
    running, earliest = False, 0
    for frame, image in enumerate(sequence.frames):
        if running:
            box = recorder.track(frame, image)
            if overlap(box, truth[frame], recorder.image_size) <= failure_overlap:
                recorder.fail(frame)
                running, earliest = False, frame + skipped
        elif frame >= earliest and truth[frame] is not None:
            recorder.start(frame, image, _true_box(sequence, frame))
            running = True
        else:
            recorder.skip()
    return recorder.recording


def _run(
    tracker: Tracker, sequence: Sequence, order: range, on_frame: Callable[[], None],
) -> Recording:
    if not shows_target(sequence.boxes)[order[0]]:
        raise DatasetError(f'sequence {sequence.name}: frame {order[0]} (from 0) has no region to '
                           'start with; give it one, or take its anchor away')
    recorder = _Recorder(tracker, len(order), on_frame)
    for position, image in enumerate(_images(sequence.frames, order)):
        if position == 0:
            recorder.start(position, image, _true_box(sequence, order[0]))
        else:
            recorder.track(position, image)
    return recorder.recording


def _images(frames: Frames, order: range) -> Iterator[Image]:
    """Yield images in any order, a few of them in memory at a time."""
    if order == range(len(frames)):
        yield from frames
        return
    for begin in range(0, len(order), _AT_ONCE):
        indices = order[begin:begin + _AT_ONCE]
        images = frames.pick(indices)
        for index in indices:
            yield images.pop(index)


def _true_box(sequence: Sequence, frame: int) -> Box:
    return Box(*(float(value) for value in sequence.boxes[frame]))

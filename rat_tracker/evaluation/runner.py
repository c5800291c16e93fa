"""One tracker, one sequence, one pass: the tracker is told the first box and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import math
from time import perf_counter

import numpy as np

from rat_tracker.evaluation.datasets import read_image
from rat_tracker.evaluation.datasets import Sequence
from rat_tracker.evaluation.metrics import accuracy
from rat_tracker.evaluation.metrics import Boxes
from rat_tracker.geometry import Box
from rat_tracker.tracker import Tracker


@dataclass(frozen=True, eq=False)
class SequenceRun:
    """What a tracker answered, and how long it took.

    :param boxes: n×4, image pixels with origin 0; the first one is the one that was given
    :param auc: see ``rat_tracker.evaluation.metrics``; the first frame is counted, as in OTB
    :param fps: frames per second of ``track``, images being read outside the clock; NaN if the
        sequence has one frame only
    :param init_seconds: duration of ``init``
    """

    boxes: Boxes
    auc: float
    precision_20: float
    fps: float
    init_seconds: float


def run_sequence(
    tracker: Tracker, sequence: Sequence, on_frame: Callable[[], None] = lambda: None,
) -> SequenceRun:
    """Run a tracker through a sequence.

    :param on_frame: called after every frame, the first included
    :raises rat_tracker.evaluation.datasets.DatasetError: an image cannot be read
    """
    image = read_image(sequence.images[0])
    start = Box(*(float(value) for value in sequence.boxes[0]))
    began = perf_counter()
    tracker.init(image, start)
    init_seconds = perf_counter() - began
    on_frame()
    boxes = [start.values]
    seconds = 0.0
    for path in sequence.images[1:]:
        image = read_image(path)
        began = perf_counter()
        result = tracker.track(image)
        seconds += perf_counter() - began
        boxes.append(result.box.values)
        on_frame()
    answered = np.array(boxes, np.float64)
    figures = accuracy(answered, sequence.boxes)
    return SequenceRun(
        answered, figures.auc, figures.precision_20,
        (len(boxes) - 1) / seconds if seconds else math.nan, init_seconds)

"""Film strips: what a tracker saw and said around the worst moment of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.evaluation.report.moments import known_overlaps
from rat_tracker.evaluation.report.moments import Moment
from rat_tracker.evaluation.report.moments import worst_moment
from rat_tracker.evaluation.report.stills import draw_still
from rat_tracker.evaluation.report.stills import encoded
from rat_tracker.evaluation.report.stills import view_of
from rat_tracker.evaluation.running.runner import SequenceRun
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image


@dataclass(frozen=True, slots=True)
class Still:
    """One frame of a strip.

    :param number: of the frame, from 1
    :param overlap: NaN where there is no true box or the frame does not count
    :param score: NaN where the tracker had no time for the frame
    :param is_worst: this is the moment that the strip is about
    """

    number: int
    overlap: float
    score: float
    is_worst: bool
    has_truth: bool
    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The worst moment of a tracker on a sequence.

    :param by_score: it was found by its low score, for want of true boxes
    """

    tracker: str
    by_score: bool
    stills: tuple[Still, ...]


def make_strips(sequence: Sequence, runs: Mapping[str, SequenceRun]) -> list[Strip]:
    """Make the strips of a sequence, one for each tracker.

    :raises rat_tracker.datasets.DatasetError: an image cannot be read
    """
    moments = {tracker: worst_moment(sequence, run) for tracker, run in runs.items()}
    # All at once: a video is decoded from its beginning each time.
    images = sequence.frames.pick({frame for each in moments.values() for frame in each.frames})
    return [_strip(tracker, sequence, run, moments[tracker], images)
            for tracker, run in runs.items()]


def _strip(
    tracker: str, sequence: Sequence, run: SequenceRun, moment: Moment,
    images: Mapping[int, Image],
) -> Strip:
    overlaps = known_overlaps(sequence, run)
    frames = list(moment.frames)
    view = view_of(np.vstack([sequence.boxes[frames], run.boxes[frames]]), run.image_size)
    stills = []
    for frame in frames:
        true_box = _box(sequence.boxes, frame)
        still = draw_still(images[frame], view, true_box, _box(run.boxes, frame))
        height, width = still.shape[:2]
        stills.append(Still(
            frame + 1, float(overlaps[frame]), float(run.scores[frame]), frame == moment.worst,
            true_box is not None, encoded(still), width, height))
    return Strip(tracker, moment.by_score, tuple(stills))


def _box(boxes: Boxes, frame: int) -> Box | None:
    if not shows_target(boxes[frame:frame + 1]).all():
        return None
    return Box(*(float(value) for value in boxes[frame]))

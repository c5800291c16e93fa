"""Film strips: what trackers saw and returned around the worst excerpts of their runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.evaluation.report.excerpt import Excerpt
from rat_tracker.evaluation.report.excerpt import known_overlaps
from rat_tracker.evaluation.report.excerpt import worst_excerpt
from rat_tracker.evaluation.report.frame_drawing import draw_frame
from rat_tracker.evaluation.report.frame_drawing import encoded
from rat_tracker.evaluation.report.frame_drawing import view_of
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

LIMIT = 120  # strips; each takes about 50 kB of the page


@dataclass(frozen=True, slots=True)
class StripFrame:
    """One frame of a strip.

    :param number: of the frame, from 1
    :param overlap: NaN where there is no true box or the frame does not count
    :param score: NaN where the tracker had no time for the frame
    :param is_worst: it has the lowest overlap or score of the strip
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
class FilmStrip:
    """Frames around the worst one of a tracker on a sequence.

    :param by_score: it was found by its low score, for want of true boxes
    """

    tracker: str
    by_score: bool
    frames: tuple[StripFrame, ...]


@dataclass(frozen=True)
class SequenceStrips:
    """The strips of a sequence.

    :param problem: why there are none, if its images cannot be read any more
    """

    sequence: str
    strips: list[FilmStrip]
    problem: str = ''


@dataclass(frozen=True)
class FilmStrips:
    """The strips of all sequences, and how many runs had no room."""

    sequences: list[SequenceStrips]
    left_out: int


def make_film_strips(results: Results, limit: int = LIMIT) -> FilmStrips:
    """Make strips: first of each sequence's worst run, then of the worst of all others."""
    runs = {(tracker, sequence.name): (sequence, run)
            for tracker in results.totals for sequence, run in results.runs(tracker)}
    worst_first = sorted(runs, key=lambda key: _level(*runs[key]))
    worst_of_each: dict[str, tuple[str, str]] = {}
    for tracker, name in worst_first:
        worst_of_each.setdefault(name, (tracker, name))
    shown = list(dict.fromkeys([*worst_of_each.values(), *worst_first]))[:limit]
    sequences = []
    for sequence in results.sequences:
        # In the order of the trackers, as everywhere on the page.
        wanted = {tracker: runs[tracker, sequence.name][1] for tracker in results.totals
                  if (tracker, sequence.name) in shown}
        if wanted:
            sequences.append(_sequence_strips(sequence, wanted))
    return FilmStrips(sequences, len(runs) - len(shown))


def _sequence_strips(sequence: Sequence, runs: Mapping[str, SequenceRun]) -> SequenceStrips:
    try:
        return SequenceStrips(sequence.name, _strips(sequence, runs))
    except DatasetError as error:
        # Somebody took the images away since they were tracked on: the metrics still stand.
        return SequenceStrips(sequence.name, [], str(error))


def _level(sequence: Sequence, run: SequenceRun) -> float:
    """Return a run's mean overlap, or its mean score without true boxes; infinite if unknown."""
    overlaps = known_overlaps(sequence, run)
    values = overlaps if np.isfinite(overlaps[1:]).any() else run.scores
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.inf


def _strips(sequence: Sequence, runs: Mapping[str, SequenceRun]) -> list[FilmStrip]:
    """Make the strips of a sequence, one for each tracker.

    :raises rat_tracker.datasets.DatasetError: an image cannot be read
    """
    excerpts = {tracker: worst_excerpt(sequence, run) for tracker, run in runs.items()}
    # All at once: a video is decoded from its beginning each time.
    images = sequence.frames.pick({frame for each in excerpts.values() for frame in each.frames})
    return [_strip(tracker, sequence, run, excerpts[tracker], images)
            for tracker, run in runs.items()]


def _strip(
    tracker: str, sequence: Sequence, run: SequenceRun, excerpt: Excerpt,
    images: Mapping[int, Image],
) -> FilmStrip:
    overlaps = known_overlaps(sequence, run)
    numbers = list(excerpt.frames)
    view = view_of(np.vstack([sequence.boxes[numbers], run.boxes[numbers]]), run.image_size)
    frames = []
    for frame in numbers:
        true_box = _box(sequence.boxes, frame)
        drawn = draw_frame(images[frame], view, true_box, _box(run.boxes, frame))
        height, width = drawn.shape[:2]
        frames.append(StripFrame(
            frame + 1, float(overlaps[frame]), float(run.scores[frame]), frame == excerpt.worst,
            true_box is not None, encoded(drawn), width, height))
    return FilmStrip(tracker, excerpt.by_score, tuple(frames))


def _box(boxes: Boxes, frame: int) -> Box | None:
    if not shows_target(boxes[frame:frame + 1]).all():
        return None
    return Box(*(float(value) for value in boxes[frame]))

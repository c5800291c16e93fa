"""Which frames of a run a reader is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from rat_tracker.datasets import Sequence
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.evaluation.report.excerpt import known_overlaps
from rat_tracker.evaluation.report.excerpt import worst_excerpt
from rat_tracker.evaluation.sequence_run import SequenceRun


def sequence_of(frames: int) -> Sequence:
    """Return a sequence whose target stands still; its images are not there."""
    files = ImageFiles(tuple(Path(f'{index}.jpg') for index in range(frames)))
    return Sequence('still', files, np.tile([10.0, 10, 40, 40], (frames, 1)))


def run_of(overlaps: list[float], scores: list[float] | None = None) -> SequenceRun:
    """Return a run whose boxes lie inside the true ones and overlap them by so much."""
    widths = 40 * np.array(overlaps)
    boxes = np.column_stack([np.full((len(overlaps), 2), 10.0), widths, np.full(len(widths), 40)])
    given = np.ones(len(overlaps)) if scores is None else np.array(scores)
    return SequenceRun(boxes, given, np.full(len(overlaps), 0.01), {}, (100, 100), 0, 0.0)


def test_excerpt_is_where_the_overlap_is_low_for_some_frames() -> None:
    overlaps = [0.9] * 100
    overlaps[20] = 0.3  # one bad box alone
    overlaps[60:66] = [0.6, 0.4, 0.35, 0.4, 0.6, 0.7]

    excerpt = worst_excerpt(sequence_of(100), run_of(overlaps))

    assert excerpt.worst == 62
    assert not excerpt.by_score


def test_target_that_is_lost_for_good_is_shown_where_it_was_lost() -> None:
    overlaps = [0.9] * 40 + [0.7, 0.4, 0.1] + [0.15] * 30 + [0.05] * 30

    excerpt = worst_excerpt(sequence_of(len(overlaps)), run_of(overlaps))

    assert 41 <= excerpt.worst <= 43
    assert overlaps[excerpt.frames[0]] > 0.5
    assert overlaps[excerpt.frames[-1]] < 0.2


def test_slow_drift_is_shown_from_the_last_good_frame() -> None:
    overlaps = list(np.linspace(1, 0, 51)) + [0.0] * 20

    excerpt = worst_excerpt(sequence_of(len(overlaps)), run_of(overlaps))

    assert overlaps[excerpt.frames[0]] == pytest.approx(0.52)


def test_frames_that_do_not_count_are_passed_over() -> None:
    overlaps = [0.9] * 50
    overlaps[10:30] = [0.0] * 20
    overlaps[45] = 0.7
    counted = np.ones(50, bool)
    counted[10:30] = False

    excerpt = worst_excerpt(replace(sequence_of(50), counted=counted), run_of(overlaps))

    assert excerpt.worst == 45


def test_without_true_boxes_the_score_tells() -> None:
    sequence = sequence_of(50)
    sequence.boxes[1:] = np.nan
    scores = [0.9] * 50
    scores[30:40] = [0.2] * 10

    excerpt = worst_excerpt(sequence, run_of([1.0] * 50, scores))

    assert excerpt.by_score
    assert 30 <= excerpt.worst < 40


def test_frames_that_nobody_had_time_for_have_no_score_and_are_not_the_worst() -> None:
    sequence = sequence_of(50)
    sequence.boxes[1:] = np.nan
    scores = [1.0, *[np.nan, 0.8] * 20, *[np.nan, 0.3, 0.3] * 3]

    excerpt = worst_excerpt(sequence, run_of([1.0] * 50, scores))

    assert scores[excerpt.worst] == 0.3


def test_one_frame_is_its_own_worst_moment() -> None:
    assert worst_excerpt(sequence_of(1), run_of([1.0])).frames == (0,)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=80))
def test_up_to_five_frames_in_order_hold_the_worst(overlaps: list[float]) -> None:
    excerpt = worst_excerpt(sequence_of(len(overlaps)), run_of(overlaps))

    assert len(excerpt.frames) == min(5, len(overlaps))
    assert list(excerpt.frames) == sorted(set(excerpt.frames))
    assert 0 <= excerpt.frames[0] <= excerpt.frames[-1] < len(overlaps)
    assert excerpt.worst in excerpt.frames
    known = known_overlaps(sequence_of(len(overlaps)), run_of(overlaps))
    assert known[excerpt.worst] == known[list(excerpt.frames)].min()

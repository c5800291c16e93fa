"""What a tracker is shown and told in each of VOT's experiments."""

from __future__ import annotations

from itertools import repeat

import numpy as np
import pytest
from support_trackers import ScriptedTracker
from support_vot import BESIDE
from support_vot import SIZE
from support_vot import still_sequence
from support_vot import TARGET

from rat_tracker.datasets import DatasetError
from rat_tracker.evaluation.vot.anchors import Anchor
from rat_tracker.evaluation.vot.experiments import run_multistart
from rat_tracker.evaluation.vot.experiments import run_supervised
from rat_tracker.evaluation.vot.experiments import run_unsupervised
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.geometry import Box

START, FAILED, SKIPPED = Code.INITIALIZATION, Code.FAILURE, Code.UNKNOWN


def tracker(*boxes: Box) -> ScriptedTracker:
    """Return a tracker that gives these answers and then always the last one."""
    def answers() -> list[Box]:
        return [*boxes, *[boxes[-1]] * 200]
    return ScriptedTracker(answers(), repeat(0.5))


def seen(made: ScriptedTracker) -> list[int]:
    return [int(image[0, 0, 0]) for image in made.images]


def test_supervised_tracker_starts_again_five_frames_after_a_failure() -> None:
    made = tracker(TARGET, BESIDE, TARGET)

    recording = run_supervised(made, still_sequence(10))

    assert recording.trajectory == [
        START, TARGET, FAILED, *[SKIPPED] * 4, START, TARGET, TARGET]
    assert seen(made) == [0, 1, 2, 7, 8, 9]
    assert made.started == [TARGET, TARGET]
    assert recording.image_size == SIZE


def test_supervised_tracker_fails_at_no_overlap_and_not_at_a_little() -> None:
    corner = Box(29, 29, 20, 20)

    recording = run_supervised(tracker(corner, Box(30, 30, 20, 20)), still_sequence(3))

    assert recording.trajectory == [START, corner, FAILED]


def test_supervised_tracker_is_not_started_without_a_region() -> None:
    made = tracker(BESIDE, TARGET)

    recording = run_supervised(made, still_sequence(10, absent=(6, 7)))

    assert recording.trajectory == [
        START, FAILED, *[SKIPPED] * 6, START, TARGET]


def test_supervised_tracker_fails_where_there_is_no_truth() -> None:
    recording = run_supervised(tracker(TARGET), still_sequence(3, absent=(1,)))

    assert recording.trajectory == [START, FAILED, SKIPPED]


def test_polygon_decides_on_failure_and_its_box_starts_the_tracker() -> None:
    triangle = np.array([(10.0, 10.0), (30.0, 10.0), (10.0, 30.0)])
    made = tracker(Box(25, 25, 5, 5))

    recording = run_supervised(made, still_sequence(2, polygons=(triangle,) * 2))

    assert recording.trajectory == [START, FAILED]
    assert made.started == [TARGET]


def test_target_half_outside_starts_with_what_is_seen() -> None:
    made = tracker(TARGET)

    run_unsupervised(made, still_sequence(2, box=Box(-30, 10, 40, 20)))

    assert made.started == [Box(0, 10, 10, 20)]


def test_unsupervised_tracker_is_told_the_first_region_only() -> None:
    made = tracker(TARGET, BESIDE)

    recording = run_unsupervised(made, still_sequence(4))

    assert recording.trajectory == [START, TARGET, BESIDE, BESIDE]
    assert made.started == [TARGET]
    assert np.isnan(recording.scores[0])
    assert recording.scores[1:].tolist() == [0.5] * 3
    assert (recording.seconds > 0).all()


def test_multistart_tracker_runs_from_anchors_in_their_direction() -> None:
    made = tracker(TARGET)

    recordings = run_multistart(
        made, still_sequence(80), [Anchor(77), Anchor(70, backward=True)])

    assert seen(made) == [77, 78, 79, *range(70, -1, -1)]
    assert [len(recording.trajectory) for recording in recordings] == [3, 71]
    assert all(recording.trajectory[0] is START for recording in recordings)
    assert all(FAILED not in recording.trajectory for recording in recordings)


def test_anchor_without_a_target_is_named() -> None:
    with pytest.raises(DatasetError, match=r'sequence still: frame 3 \(from 0\) has no region'):
        run_multistart(tracker(TARGET), still_sequence(5, absent=(3,)), [Anchor(3)])


def test_every_frame_is_reported() -> None:
    counts = {'supervised': 0, 'multistart': 0}

    def count(name: str) -> None:
        counts[name] += 1

    run_supervised(tracker(BESIDE), still_sequence(10), lambda: count('supervised'))
    run_multistart(tracker(BESIDE), still_sequence(10), [Anchor(2), Anchor(5, backward=True)],
                   lambda: count('multistart'))

    assert counts == {'supervised': 10, 'multistart': 8 + 6}

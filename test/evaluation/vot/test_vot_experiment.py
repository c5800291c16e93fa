"""What a tracker is shown and given in VOT's supervised experiment."""

from __future__ import annotations

from itertools import repeat

import numpy as np
from support_trackers import ScriptedTracker
from support_vot import BESIDE
from support_vot import SIZE
from support_vot import still_sequence
from support_vot import TARGET

from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.vot.experiment import Recording
from rat_tracker.evaluation.vot.experiment import run_all
from rat_tracker.evaluation.vot.experiment import run_supervised
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

    run_supervised(made, still_sequence(2, box=Box(-30, 10, 40, 20)))

    assert made.started == [Box(0, 10, 10, 20)]


def test_scores_and_seconds_are_those_of_the_frames_that_were_worked_on() -> None:
    recording = run_supervised(tracker(TARGET, BESIDE, TARGET), still_sequence(8))

    worked = [0, 1, 2, 7]
    assert (recording.seconds[worked] > 0).all()
    assert np.isnan(np.delete(recording.seconds, worked)).all()
    assert recording.scores[[1, 2]].tolist() == [0.5, 0.5]
    assert np.isnan(np.delete(recording.scores, [1, 2])).all()


def test_every_frame_is_reported() -> None:
    reported: list[int] = []

    run_supervised(tracker(BESIDE), still_sequence(10), lambda: reported.append(1))

    assert len(reported) == 10


def test_tracker_is_made_anew_after_a_failure_and_all_frames_are_reported() -> None:
    """The first tracker ends in the middle of a sequence; the second one runs the next two."""
    made = [ScriptedTracker([TARGET], [0.5]), tracker(TARGET)]
    waiting = iter(made)
    reported: list[int] = []

    outcomes = [outcome for _, outcome in run_all(
        lambda: next(waiting), [still_sequence(4)] * 3, reported.append)]

    assert outcomes[0] == Failure('StopIteration: ')
    assert [len(one.trajectory) for one in outcomes[1:] if isinstance(one, Recording)] == [4, 4]
    assert sum(reported) == 12

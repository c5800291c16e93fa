"""The figures of a run, from results whose figures are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rat_tracker.geometry import Box
from rat_tracker.ros.runs.demo.playback import Playback
from rat_tracker.ros.runs.demo.run import DemoResult
from rat_tracker.ros.runs.demo.summary import changes
from rat_tracker.ros.runs.demo.summary import summarize
from rat_tracker.ros.runs.record import DiagnosticsRecord
from rat_tracker.ros.runs.record import RunRecord
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.target import State

MILLISECOND = 1_000_000
PERIOD = 40 * MILLISECOND
BOX = Box(100, 100, 40, 40)
PLAYBACK = Playback('clip.mp4', (640, 480), 25.0, None, False, BOX, {}, Path('nowhere'))


def stamp(number: int) -> int:
    return 1_000_000_000 + number * PERIOD


def record(
    number: int, latency: float = 20, box: Box = BOX, state: State = State.TRACKING,
    selection: str = '1',
) -> TargetRecord:
    received = stamp(number) + round(latency * MILLISECOND)
    return TargetRecord(stamp(number), received, selection, state, box, 0.9)


def outcome(published: int, *results: TargetRecord) -> DemoResult:
    record = RunRecord(targets={result.stamp: result for result in results})
    record.reports.append(DiagnosticsRecord(stamp(0), {
        'engine': 'slate and chalk', 'processing_time_ms_p50': 'nan'}))
    return DemoResult(PLAYBACK, [stamp(number) for number in range(published)], '1', record)


def summary(result: DemoResult, references: dict[int, Box] | None = None) -> dict[str, object]:
    return summarize(replace(result, playback=replace(PLAYBACK, references=references or {})))


def test_frames_without_a_result_are_counted_as_dropped() -> None:
    figures = summary(outcome(5, record(0), record(1), record(4)))
    assert figures['frames_published'] == 5
    assert figures['frames_processed'] == 3
    assert figures['frames_dropped'] == 2


def test_results_about_nothing_or_another_target_do_not_count() -> None:
    figures = summary(outcome(3, record(0), record(1, selection=''), record(2)))
    assert figures['frames_processed'] == 2
    assert figures['frames_dropped'] == 1


def test_latency_leaves_out_the_frame_that_waited_for_the_selection() -> None:
    figures = summary(outcome(
        4, record(0, latency=5000), *(record(number, latency=10 * number)
                                        for number in (1, 2, 3))))
    assert figures['latency_ms_p50'] == 20
    assert figures['latency_ms_p99'] == pytest.approx(29.8)


def test_rate_is_that_of_the_results() -> None:
    figures = summary(outcome(9, *(record(number) for number in (0, 1, 3, 5, 7))))
    assert figures['fps'] == 12.5


def test_overlap_is_that_of_the_newest_result_at_the_time() -> None:
    half = Box(BOX.x, BOX.y, BOX.width / 2, BOX.height)
    result = outcome(6, record(0), record(1), record(4, box=half))
    figures = summary(result, {0: half, 1: BOX, 3: BOX, 5: BOX})
    assert figures['reference_boxes'] == 3, 'the first frame is given, and does not count'
    assert figures['mean_overlap'] == pytest.approx((1 + 1 + 0.5) / 3, abs=1e-4)
    assert figures['min_overlap'] == 0.5


def test_lost_target_is_also_counted_as_nothing() -> None:
    result = outcome(3, record(0), record(1), record(2, state=State.LOST))
    figures = summary(result, {1: BOX, 2: BOX})
    assert figures['mean_overlap'] == 1
    assert figures['mean_overlap_lost_as_zero'] == 0.5
    assert figures['frames_by_state'] == {
        'SEARCHING': 0, 'TRACKING': 2, 'UNCERTAIN': 0, 'LOST': 1}


def test_what_is_not_known_is_null() -> None:
    figures = summary(outcome(1, record(0)))
    for name in ('fps', 'latency_ms_p50', 'latency_ms_p99', 'mean_overlap', 'processing_ms_p50'):
        assert figures[name] is None
    assert figures['engine'] == 'slate and chalk'


def test_a_change_has_its_time_in_the_video_however_long_the_first_frame_is_held() -> None:
    results = [record(0), record(1), record(2), record(3, state=State.LOST)]
    held = outcome(4, *results)
    late = 2_000 * MILLISECOND
    held.record.targets.clear()
    held.stamps[1:] = [one + late for one in held.stamps[1:]]
    for when, result in zip(held.stamps, results, strict=True):
        held.record.targets[when] = replace(result, stamp=when)
    assert [line.split()[:3] for line in changes(held)] == [
        ['0.00', 's', 'TRACKING'], ['0.12', 's', 'LOST']]

"""What became of every frame, from journals, results and counters that are made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rat_tracker.evaluation.clips.card_loop import Clip
from rat_tracker.geometry import Box
from rat_tracker.ros.runs.bench.configuration import Loads
from rat_tracker.ros.runs.bench.frame_audit import audit
from rat_tracker.ros.runs.bench.frame_audit import AuditFailed
from rat_tracker.ros.runs.bench.frame_audit import figures
from rat_tracker.ros.runs.bench.frame_audit import FrameAudit
from rat_tracker.ros.runs.bench.frame_audit import in_order
from rat_tracker.ros.runs.record import DiagnosticsRecord
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.target import State

MILLISECOND = 1_000_000
PERIOD = 40 * MILLISECOND
LOADS = Loads(player=0.1, node=0.2, subscriber=0.3, console=0.5, viewers=0.6, others=0.4)


def stamp(number: int) -> int:
    return 1_000_000_000 + number * PERIOD


def result(number: int, latency: float = 10.0) -> TargetRecord:
    received = stamp(number) + round(latency * MILLISECOND)
    return TargetRecord(stamp(number), received, '1', State.TRACKING, Box(1, 2, 3, 4), 0.9)


def report(
    tracked: int, dropped: int = 0, received: int = 0, invalid: int = 0, at: int = 0,
) -> DiagnosticsRecord:
    return DiagnosticsRecord(stamp(at), {
        'tracked': str(tracked), 'dropped': str(dropped), 'received': str(received),
        'invalid': str(invalid), 'last_error': 'the image is torn' if invalid else '',
        'processing_time_ms_p50': '7.5', 'engine': 'slate and chalk'})


def journal(length: int) -> list[int]:
    return [stamp(number) for number in range(length)]


def losses(found: FrameAudit) -> tuple[int, int, int]:
    return found.not_received, found.dropped, found.late


def test_no_frame_is_lost_where_every_frame_has_a_result() -> None:
    results = [result(number) for number in range(10)]
    found = audit(journal(10), results, report(tracked=3), report(tracked=9))
    assert found.stamps == journal(10)[3:9]
    assert found.results == results[3:9]
    assert losses(found) == (0, 0, 0)


def test_frames_on_their_way_when_the_window_ends_do_not_count() -> None:
    results = [result(number) for number in range(6)]
    found = audit(journal(20), results, report(tracked=1), report(tracked=6, received=9))
    assert len(found.stamps) == 5
    assert losses(found) == (0, 0, 0)


def test_what_was_lost_before_the_window_does_not_count() -> None:
    results = [result(number) for number in (2, 5, 6, 7, 8)]
    found = audit(journal(9), results, report(2, dropped=1), report(5, dropped=1))
    assert found.stamps == journal(9)[6:]
    assert losses(found) == (0, 0, 0)


def test_frames_that_the_node_passed_over_are_dropped() -> None:
    results = [result(number) for number in (0, 1, 3, 6)]
    found = audit(journal(7), results, report(1), report(4, dropped=3))
    assert losses(found) == (0, 3, 0)


def test_frames_that_never_reached_the_node_are_told_from_dropped_ones() -> None:
    # Of 2, 4 and 5 the node says that it passed over one.
    results = [result(number) for number in (0, 1, 3, 6)]
    found = audit(journal(7), results, report(1), report(4, dropped=1))
    assert losses(found) == (2, 1, 0)


def test_result_after_a_newer_one_is_late_and_does_not_count() -> None:
    arrivals = [result(0), result(1), result(3), result(2, latency=70), result(4)]
    found = audit(journal(5), arrivals, report(1), report(4, dropped=1))
    assert [each.stamp for each in found.results] == [stamp(1), stamp(3), stamp(4)]
    assert losses(found) == (0, 0, 1)


def test_late_result_that_comes_after_the_window_is_seen() -> None:
    arrivals = [result(0), result(2), result(3), result(1, latency=900)]
    assert losses(audit(journal(4), arrivals, report(1), report(3, dropped=1))) == (0, 0, 1)


def test_same_result_twice_counts_once() -> None:
    arrivals = [result(0), result(1), result(1, latency=12), result(2)]
    found = audit(journal(3), arrivals, report(1), report(3))
    assert found.results == [arrivals[1], arrivals[3]]
    assert losses(found) == (0, 0, 0)


def test_every_frame_is_accounted_for() -> None:
    arrivals = [result(number) for number in (0, 1, 4, 3, 5, 9)]
    found = audit(journal(12), arrivals, report(1), report(5, dropped=3))
    assert losses(found) == (2, 2, 1)
    assert len(found.stamps) == len(found.results) + sum(losses(found))


def test_order_is_that_of_the_stamps_as_far_as_they_go_on() -> None:
    arrivals = [result(number) for number in (3, 1, 4, 4, 2, 7)]
    assert [each.stamp for each in in_order(arrivals)] == [stamp(3), stamp(4), stamp(7)]


def test_window_without_a_result_says_what_the_node_received() -> None:
    begin, end = report(2, received=2, at=4), report(2, received=5, at=15)
    with pytest.raises(AuditFailed, match='the node received 3 of the 11 that were published'):
        audit(journal(20), [result(0), result(1)], begin, end)


def test_results_that_did_not_arrive_are_noticed() -> None:
    with pytest.raises(AuditFailed, match='processed 1 and then 5 frames, and 4 results'):
        audit(journal(9), [result(number) for number in range(4)], report(1), report(5))


def test_more_frames_received_than_published_are_noticed() -> None:
    with pytest.raises(AuditFailed, match='received 4 of 2 frames'):
        audit(journal(3), [result(0), result(1), result(2)], report(1), report(3, dropped=2))


def test_result_for_a_frame_that_nobody_published_is_noticed() -> None:
    with pytest.raises(AuditFailed, match='not in the journal'):
        audit(journal(3), [result(0), result(1), result(7)], report(1), report(3))


def test_image_that_could_not_be_read_is_named() -> None:
    results = [result(0), result(1), result(2)]
    with pytest.raises(AuditFailed, match='the image is torn'):
        audit(journal(3), results, report(1), report(3, invalid=1))


CLIP = Clip(Path('nowhere'), [Box(1, 2, 3, 4), Box(1, 2, 6, 4)])


def test_percentiles_are_those_of_the_results_in_the_window() -> None:
    results = [result(0, 900), *(result(number, number) for number in range(1, 102)),
               result(102, 900)]
    found = figures(CLIP, journal(103), results, (report(1), report(102)), LOADS, 14.5)
    assert found.latency_p50_ms == pytest.approx(51)
    assert found.latency_p99_ms == pytest.approx(100)
    assert found.latency_max_ms == pytest.approx(101)
    assert (found.published, found.processed) == (101, 101)
    assert (found.player_cpu, found.node_cpu, found.subscriber_cpu, found.others_cpu) == (
        0.1, 0.2, 0.3, 0.4)
    assert (found.console_cpu, found.viewers_cpu, found.pictures_hz) == (0.5, 0.6, 14.5)
    assert (found.tracking_p50_ms, found.engine) == (7.5, 'slate and chalk')


def test_rate_of_the_camera_is_that_of_its_frames_not_of_the_results() -> None:
    stamps = journal(11)
    stamps[5:] = [each + PERIOD // 2 for each in stamps[5:]]  # one frame came late
    results = [replace(result(0), stamp=stamps[number]) for number in (0, 2, 10)]
    found = figures(CLIP, stamps, results, (report(1), report(3, dropped=8)), LOADS, 0.0)
    assert found.camera_hz == pytest.approx(1000 / 42)
    assert found.camera_gap_ms == pytest.approx(60)


def test_boxes_are_compared_with_the_true_ones_of_their_frames() -> None:
    results = [result(number) for number in (0, 2, 3, 5)]
    found = figures(CLIP, journal(6), results, (report(1), report(4, dropped=2)), LOADS, 0.0)
    assert found.overlap == pytest.approx((1 + 0.5 + 0.5) / 3)

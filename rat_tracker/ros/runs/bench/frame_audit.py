"""What became of every frame, by the player's journal, the results and the node's counters.

The node counts under one lock, when it has processed a frame: the frames processed, and those that
it had received before and passed over. So each of its reports says of one frame, the last one
processed, how many were received until then. The journal tells how many were published until then.
Two reports bound a window in which every frame is accounted for, however many are on their way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rat_tracker.evaluation.clips.card_loop import Clip
from rat_tracker.ros.runs.bench.configuration import Figures
from rat_tracker.ros.runs.bench.configuration import Loads
from rat_tracker.ros.runs.record import DiagnosticsRecord
from rat_tracker.ros.runs.record import TargetRecord


class AuditFailed(RuntimeError):
    """The journal, the results and the counters do not fit together; the message says how."""


@dataclass(frozen=True, slots=True)
class FrameAudit:
    """What became of the frames that were published in a window."""

    stamps: list[int]  # of the frames published in the window, in order
    results: list[TargetRecord]  # those that came in time, in order
    not_received: int
    dropped: int
    late: int  # frames whose only result came after a newer one's


def in_order(arrivals: Sequence[TargetRecord]) -> list[TargetRecord]:
    """Return the results that were newer than all before them."""
    kept: list[TargetRecord] = []
    for result in arrivals:
        if not kept or result.stamp > kept[-1].stamp:
            kept.append(result)
    return kept


def audit(
    journal: Sequence[int], arrivals: Sequence[TargetRecord], begin: DiagnosticsRecord,
    end: DiagnosticsRecord,
) -> FrameAudit:
    """Account for every frame published after the last one processed at ``begin``, to ``end``'s.

    :param journal: the stamps of all frames that were published, in order
    :param arrivals: all results since the node started, in the order of their arrival
    :raises AuditFailed: no frame was processed in between, or the three contradict each other
    """
    results = in_order(arrivals)
    first, last = _tracked(begin), _tracked(end)
    if not 0 < first <= last <= len(results):
        raise AuditFailed(
            f'the node had processed {first} and then {last} frames, and {len(results)} results '
            'arrived')
    if first == last:
        received = int(end.values['received']) - int(begin.values['received'])
        published = sum(begin.stamp < stamp <= end.stamp for stamp in journal)
        raise AuditFailed(
            f'no frame was processed in {(end.stamp - begin.stamp) / 1e9:.1f} s; the node '
            f'received {received} of the {published} that were published')
    window = _between(journal, results[first - 1].stamp, results[last - 1].stamp)
    received = _passed(end) - _passed(begin)
    not_received = len(window) - received
    if not_received < 0:
        raise AuditFailed(
            f'the node received {received} of {len(window)} frames that were published')
    timely = results[first:last]
    in_time = {result.stamp for result in timely}
    late = {result.stamp for result in arrivals} & set(window) - in_time
    # The node passed them over before it processed them.
    dropped = received - len(timely) - len(late)
    return FrameAudit(window, timely, not_received, dropped, len(late))


def _between(journal: Sequence[int], first: int, last: int) -> list[int]:
    try:
        return list(journal[journal.index(first) + 1:journal.index(last) + 1])
    except ValueError:
        raise AuditFailed('a frame was processed that is not in the journal') from None


def _tracked(report: DiagnosticsRecord) -> int:
    return int(report.values['tracked'])


def _passed(report: DiagnosticsRecord) -> int:
    """Return how many frames the node had received when the last one processed came."""
    if report.values['invalid'] != '0':
        raise AuditFailed(f'the node could not read an image: {report.values["last_error"]}')
    return _tracked(report) + int(report.values['dropped'])


def figures(
    clip: Clip, journal: Sequence[int], arrivals: Sequence[TargetRecord],
    window: tuple[DiagnosticsRecord, DiagnosticsRecord], loads: Loads, pictures: float,
) -> Figures:
    """Return the figures.

    :param clip: what the camera showed, from the journal's first frame on
    :param journal: the stamps of all frames that were published, in order
    :param arrivals: all results since the node started, in the order of their arrival
    :param window: the tracker's reports that bound what is measured
    :param pictures: a second, that each page has shown
    :raises AuditFailed: see ``audit``
    """
    begin, end = window
    found = audit(journal, arrivals, begin, end)
    numbers = {stamp: number for number, stamp in enumerate(journal)}
    first = numbers[found.stamps[0]]
    gaps = np.diff(np.array([journal[first - 1], *found.stamps])) / 1e6
    latencies = np.array([result.latency for result in found.results]) * 1e3
    overlaps = [result.box.overlap(clip.box(numbers[result.stamp])) for result in found.results]
    return Figures(
        published=len(found.stamps), processed=len(found.results),
        not_received=found.not_received, dropped=found.dropped, late=found.late,
        latency_p50_ms=float(np.percentile(latencies, 50)),
        latency_p99_ms=float(np.percentile(latencies, 99)),
        latency_max_ms=float(latencies.max()),
        tracking_p50_ms=float(end.values['processing_time_ms_p50']),
        camera_hz=float(1e3 / gaps.mean()), camera_gap_ms=float(gaps.max()),
        overlap=float(np.mean(overlaps)),
        player_cpu=loads.player, node_cpu=loads.node, subscriber_cpu=loads.subscriber,
        console_cpu=loads.console, viewers_cpu=loads.viewers, others_cpu=loads.others,
        pictures_hz=pictures, engine=end.values['engine'])

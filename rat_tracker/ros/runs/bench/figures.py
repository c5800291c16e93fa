"""The figures of a trial, from what it left behind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rat_tracker.evaluation.clips.card_loop import Clip
from rat_tracker.ros.runs.bench.configuration import Figures
from rat_tracker.ros.runs.bench.configuration import Loads
from rat_tracker.ros.runs.bench.frame_audit import audit
from rat_tracker.ros.runs.record import DiagnosticsRecord
from rat_tracker.ros.runs.record import TargetRecord


def figures(
    clip: Clip, journal: Sequence[int], arrivals: Sequence[TargetRecord],
    window: tuple[DiagnosticsRecord, DiagnosticsRecord], loads: Loads, pictures: float,
) -> Figures:
    """Return the figures.

    :param clip: what the camera showed, from the journal's first frame on
    :param journal: the stamps of all frames that were published, in order
    :param arrivals: all answers since the node started, in the order of their arrival
    :param window: the tracker's reports that bound what is measured
    :param pictures: a second, that each page has shown
    :raises AuditFailed: see ``audit``
    """
    begin, end = window
    found = audit(journal, arrivals, begin, end)
    numbers = {stamp: number for number, stamp in enumerate(journal)}
    first = numbers[found.stamps[0]]
    gaps = np.diff(np.array([journal[first - 1], *found.stamps])) / 1e6
    latencies = np.array([answer.latency for answer in found.answers]) * 1e3
    overlaps = [answer.box.overlap(clip.box(numbers[answer.stamp])) for answer in found.answers]
    return Figures(
        published=len(found.stamps), answered=len(found.answers),
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

"""Whether the images say truly when they were taken."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.survey.faults import FaultKind

_BY_CLOCK = (FaultKind.OLD_STAMP, FaultKind.FUTURE_STAMP)
_DRIVER = 'let the driver put the time of the exposure into header.stamp'


def stamps(seen: Snapshot) -> Iterator[Finding]:
    """Look at the topics that matter; a single odd stamp is nobody's concern."""
    simulated = seen.tracker is not None and seen.tracker.use_sim_time
    for topic in seen.judged:
        figures = seen.figures.get(topic.name)
        if figures is None or not figures.received:
            continue
        for fault in figures.faults:
            share = f'{topic.name}: {fault.count} of {figures.received} images: {fault.text}'
            if fault.kind is FaultKind.STAMP_JUMPED_BACK:
                yield Finding(
                    Level.NOTE, 'stamps', share,
                    'where that is a recording that begins anew: on_time_jump says what becomes '
                    f'of the target. Else: {_DRIVER}')
            elif 2 * fault.count < figures.received:
                continue
            elif fault.kind is FaultKind.ZERO_STAMP:
                yield Finding(
                    Level.WARNING, 'stamps', f'{share}, so that latencies are unknown and only '
                    'the newest image can be selected on', _DRIVER)
            elif fault.kind in _BY_CLOCK and not (simulated and not seen.clock.advanced):
                yield Finding(Level.WARNING, 'stamps', share, _by_clock(seen, simulated))


def _by_clock(seen: Snapshot, simulated: bool) -> str:
    if simulated:
        return 'set use_sim_time in the node that publishes them, too'
    if seen.clock.publishers:
        return ('time is published on /clock: start all nodes with -p use_sim_time:=true, the '
                'tracker among them')
    return ('for a recording: play it with --clock, and start the tracker with '
            f'-p use_sim_time:=true. For a camera: {_DRIVER}, and keep the clocks of both '
            'machines alike')

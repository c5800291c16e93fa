"""What the tracker says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.snapshot import Diagnosis
from rat_tracker.ros.doctor.snapshot import Snapshot

_SENSIBLE = 60_000.0  # milliseconds that an answer may take
_UNSELECTED = 'no target is selected'


def diagnostics(seen: Snapshot) -> Iterator[Finding]:
    """Repeat the last message, unless another check says the same with more to it."""
    tracker = seen.tracker
    if tracker is None or tracker.lifecycle is None:
        return
    diagnosis = tracker.diagnosis
    if diagnosis is None:
        yield Finding(
            Level.WARNING, 'diagnostics', f'{seen.node} published nothing on /diagnostics',
            'look at its log: it may hang; or its /diagnostics is remapped')
        return
    if tracker.lifecycle != 'active':
        return
    message = f'{seen.node}: {diagnosis.message}'  # with the remedy, as the tracker words it
    select = f'run: ros2 run rat_tracker select_target --node {seen.node} --box x,y,width,height'
    if diagnosis.values.get('engine') == 'loading':
        yield Finding(Level.NOTE, 'engine', f'the engine of {seen.node} is still loading',
                      'wait; the first start may take some seconds')
    elif diagnosis.values.get('engine') == 'none':
        yield Finding(Level.ERROR, 'diagnostics', message)
        return
    elif diagnosis.message.startswith(_UNSELECTED):
        reason = diagnosis.values.get('reason', '')
        yield Finding(Level.NOTE, 'selection', f'{seen.node}: {_UNSELECTED} ({reason})', select)
    elif diagnosis.level and not _seen_by_others(seen):
        # While it answers, however late, the tracking is but worse.
        yield Finding(Level.WARNING if seen.tracks else Level.ERROR, 'diagnostics',
                      message)
    elif diagnosis.values.get('state') == 'LOST':
        yield Finding(
            Level.NOTE, 'selection', f'{seen.node}: the target is LOST '
            f'({diagnosis.values.get("reason", "")}), and looked for', f'to select anew {select}')
    yield Finding(Level.OK, 'diagnostics', f'{seen.node}: {_summary(diagnosis)}')


def _seen_by_others(seen: Snapshot) -> bool:
    """Whether the images, or their absence, have a finding of their own."""
    topic = seen.followed
    figures = None if topic is None else seen.figures.get(topic.name)
    return (figures is None or figures.rate is None  # fewer than two images
            or any(2 * fault.count > figures.received for fault in figures.faults)
            or (seen.tracker is not None and bool(seen.tracker.incompatibility)))


def _summary(diagnosis: Diagnosis) -> str:
    values = diagnosis.values
    delay = float(values.get('pipeline_latency_ms_p50', 'nan'))
    # What lies outside says something about the clock, and is told there.
    latency = f', {delay:.1f} ms from stamp to answer' if 0 <= delay < _SENSIBLE else ''
    return (f'state {values.get("state", "unknown")}, engine {values.get("engine", "unknown")}, '
            f'{values.get("tracked_per_second", "0")} images per second tracked{latency}')

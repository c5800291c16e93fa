"""The node's entry in ``/diagnostics``."""

from __future__ import annotations

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
from diagnostic_msgs.msg import KeyValue

from rat_tracker.pipeline.health import NodeHealth
from rat_tracker.pipeline.statistics import Latency
from rat_tracker.ros.tracker.settings import TrackerSettings


def to_diagnostics(
    health: NodeHealth, cause: str | None, settings: TrackerSettings, stamp: Time,
) -> DiagnosticArray:
    """Write the health as diagnostics.

    :param cause: what ``diagnose`` returned
    """
    status = DiagnosticStatus(name=f'{health.node.lstrip("/")}: tracking')
    status.level, status.message = _verdict(health, cause, settings)
    status.values = [
        KeyValue(key=key, value=value) for key, value in _values(health, settings)]
    message = DiagnosticArray(status=[status])
    message.header.stamp = stamp
    return message


def _verdict(
    health: NodeHealth, cause: str | None, settings: TrackerSettings,
) -> tuple[bytes, str]:
    worker, delay = health.worker, health.counters.pipeline_latency.p50
    if worker.load_error:
        return DiagnosticStatus.ERROR, worker.load_error
    if delay >= settings.diagnostics_error_delay:
        return DiagnosticStatus.ERROR, _late(delay)
    if cause is not None:
        return DiagnosticStatus.WARN, cause
    if delay >= settings.diagnostics_warn_delay:
        return DiagnosticStatus.WARN, _late(delay)
    return DiagnosticStatus.OK, f'{worker.state.name}: {worker.reason}'


def _late(delay: float) -> str:
    return (f'results come {delay:.3g} s after their image; let the camera send smaller or fewer '
            'images, or set use_sim_time where they are played back')


def _values(health: NodeHealth, settings: TrackerSettings) -> list[tuple[str, str]]:
    worker, counters = health.worker, health.counters
    engine = 'loading' if worker.loading else worker.engine or 'none'
    return [
        ('lifecycle', health.lifecycle),
        ('state', worker.state.name),
        ('reason', worker.reason),
        ('tracker', settings.tracker),
        ('engine', engine if health.lifecycle in ('inactive', 'active') else 'none'),
        ('image_topic', health.topic),
        ('publishers', str(health.publishers)),
        ('received', str(counters.received)),
        ('tracked', str(counters.tracked)),
        ('dropped', str(counters.dropped)),
        ('invalid', str(counters.invalid)),
        ('tracked_per_second', f'{counters.rate:.1f}'),
        *_latency('input_latency_ms', counters.input_latency),
        *_latency('processing_time_ms', counters.processing_time),
        *_latency('pipeline_latency_ms', counters.pipeline_latency),
        *health.position,
        ('images_kept', str(health.kept[0])),
        ('megabytes_kept', f'{health.kept[1] / 1e6:.1f}'),
        ('last_error', counters.last_error),
    ]


def _latency(name: str, latency: Latency) -> list[tuple[str, str]]:
    """Write both percentiles in milliseconds, ``nan`` while there is no sample."""
    return [(f'{name}_p50', f'{latency.p50 * 1e3:.1f}'),
            (f'{name}_p99', f'{latency.p99 * 1e3:.1f}')]

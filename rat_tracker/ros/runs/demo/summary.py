"""The figures of a run, as a file has them and as the terminal shows them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
import os
from pathlib import Path
import platform
from typing import Any

import numpy as np
from rich.table import Table

from rat_tracker import __version__
from rat_tracker.evaluation.machine import library_versions
from rat_tracker.evaluation.machine import processor
from rat_tracker.ros.runs.demo.run import DemoResult
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.target import State

# What the table shows, and how: the key in summary.json, a name, a unit.
_ROWS = (
    ('frames_published', 'frames published', ''),
    ('frames_processed', 'frames processed', ''),
    ('frames_dropped', 'frames dropped', ''),
    ('fps', 'rate of results', 'Hz'),
    ('latency_ms_p50', 'latency, median', 'ms'),
    ('latency_ms_p99', 'latency, 99 of 100', 'ms'),
    ('processing_ms_p50', 'of it tracking, median', 'ms'),
    ('mean_overlap', 'mean overlap', ''),
    ('mean_overlap_lost_as_zero', 'mean overlap, LOST as 0', ''),
    ('min_overlap', 'least overlap', ''),
)


def target_records(outcome: DemoResult) -> list[TargetRecord]:
    """Return the results about the selected target, in the order of the images."""
    found = outcome.record.targets
    return [found[stamp] for stamp in sorted(found) if found[stamp].id == outcome.selection]


def turning_points(outcome: DemoResult) -> list[int]:
    """Return the stamps of the results whose state is another than in the result before."""
    results = target_records(outcome)
    return [result.stamp for last, result in zip([None, *results], results, strict=False)
            if last is None or result.state is not last.state]


def summarize(outcome: DemoResult) -> dict[str, Any]:
    """Return the figures of a run, ready for JSON."""
    played, diagnostics = outcome.playback, outcome.record.diagnostics
    results = target_records(outcome)
    # The result about the first frame had to wait for the selection, not for the tracker.
    followed = results[1:]
    latencies = np.array([result.latency for result in followed]) * 1e3
    compared = {number: box for number, box in played.references.items()
                if 0 < number < len(outcome.stamps)}
    newest = [_newest(results, outcome.stamps[number]) for number in compared]
    overlaps = [result.box.overlap(box)
                for result, box in zip(newest, compared.values(), strict=True)]
    usable = [0.0 if result.state is State.LOST else overlap
              for result, overlap in zip(newest, overlaps, strict=True)]
    return {
        'clip': Path(played.video).name,
        'width': played.size[0],
        'height': played.size[1],
        'clip_fps': round(played.rate, 3),
        'frames_published': len(outcome.stamps),
        'frames_processed': len(results),
        'frames_dropped': len(set(outcome.stamps) - {result.stamp for result in results}),
        'fps': _rounded(_rate(followed), 2),
        'latency_ms_p50': _percentile(latencies, 50),
        'latency_ms_p99': _percentile(latencies, 99),
        'mean_overlap': _mean(overlaps),
        'mean_overlap_lost_as_zero': _mean(usable),
        'min_overlap': _rounded(min(overlaps), 4) if overlaps else None,
        'reference_boxes': len(overlaps),
        'frames_by_state': {
            state.name: sum(result.state is state for result in results) for state in State},
        'engine': diagnostics.get('engine', ''),
        'processing_ms_p50': _number(diagnostics, 'processing_time_ms_p50'),
        'hardware': processor(),
        'versions': {
            'rat_tracker': __version__, 'python': platform.python_version(),
            'ros': os.environ.get('ROS_DISTRO', 'unknown'), **library_versions()},
    }


def _newest(results: list[TargetRecord], stamp: int) -> TargetRecord:
    """Return what a robot knew when this frame was published and processed, if it was."""
    return results[bisect_right([result.stamp for result in results], stamp) - 1]


def _mean(values: list[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _rate(followed: list[TargetRecord]) -> float | None:
    """Return the results per second, first to last."""
    if len(followed) < 2:
        return None
    received = [result.received for result in followed]
    return (len(received) - 1) * 1e9 / (max(received) - min(received))


def _percentile(values: np.ndarray[Any, Any], percent: float) -> float | None:
    return _rounded(float(np.percentile(values, percent)), 2) if len(values) else None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _number(diagnostics: Mapping[str, str], key: str) -> float | None:
    """Return one of the node's own figures; None where it has none, which it writes as nan."""
    value = float(diagnostics.get(key, 'nan'))
    return None if np.isnan(value) else value


def changes(outcome: DemoResult) -> list[str]:
    """Return a line for each change of the target's state: when in the video, what, and why."""
    turns, rate = set(turning_points(outcome)), outcome.playback.rate
    return [f'{outcome.stamps.index(result.stamp) / rate:6.2f} s  {result.state.name:9}  '
            f'{result.reason}' for result in target_records(outcome) if result.stamp in turns]


def table(summary: Mapping[str, Any]) -> Table:
    """Return the figures as a table for the terminal."""
    clip = f'{summary["clip"]}, {summary["width"]}x{summary["height"]}'
    shown = Table(title=f'{clip} at {summary["clip_fps"]:g} Hz', title_justify='left')
    shown.add_column('figure')
    shown.add_column('value', justify='right')
    for key, name, unit in _ROWS:
        value = summary[key]
        missing = 'no reference boxes' if 'overlap' in key else 'unknown'
        shown.add_row(name, missing if value is None else f'{value} {unit}'.strip())
    states = ', '.join(f'{name} {count}' for name, count in summary['frames_by_state'].items()
                       if count)
    shown.add_row('frames by state', states)
    shown.add_row('engine', summary['engine'])
    shown.add_row('hardware', summary['hardware'])
    return shown

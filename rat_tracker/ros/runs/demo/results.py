"""The files and the table that tell how a run went."""

from __future__ import annotations

from collections.abc import Mapping
import csv
import json
from pathlib import Path
from typing import Any

from rich.table import Table

from rat_tracker.ros.runs.demo.run import Outcome
from rat_tracker.ros.runs.demo.summary import target_records
from rat_tracker.ros.runs.demo.summary import turning_points

# What the table shows, and how: the key in summary.json, a name, a unit.
_ROWS = (
    ('frames_published', 'frames published', ''),
    ('frames_answered', 'frames answered', ''),
    ('frames_dropped', 'frames dropped', ''),
    ('fps', 'rate of answers', 'Hz'),
    ('latency_ms_p50', 'latency, median', 'ms'),
    ('latency_ms_p99', 'latency, 99 of 100', 'ms'),
    ('processing_ms_p50', 'of it tracking, median', 'ms'),
    ('mean_overlap', 'mean overlap', ''),
    ('mean_overlap_lost_as_zero', 'mean overlap, LOST as 0', ''),
    ('min_overlap', 'least overlap', ''),
)


def write_boxes(outcome: Outcome, path: Path) -> None:
    """Write one row per image that was tracked; stamps in seconds, boxes in pixels."""
    with path.open('w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(('stamp', 'x', 'y', 'width', 'height', 'score', 'state'))
        for answer in target_records(outcome):
            seconds, nanoseconds = divmod(answer.stamp, 1_000_000_000)
            writer.writerow((
                f'{seconds}.{nanoseconds:09d}', *(f'{value:.2f}' for value in answer.box.values),
                f'{answer.score:.4f}', answer.state.name))


def write_summary(summary: Mapping[str, Any], path: Path) -> None:
    """Write the figures as JSON."""
    path.write_text(json.dumps(summary, indent=2) + '\n', encoding='utf-8')


def changes(outcome: Outcome, rate: float) -> list[str]:
    """Return a line for each change of the target's state: when in the video, what, and why.

    :param rate: frames per second of ``annotated.mp4``
    """
    turns = set(turning_points(outcome))
    return [f'{outcome.stamps.index(answer.stamp) / rate:6.2f} s  {answer.state.name:9}  '
            f'{answer.reason}' for answer in target_records(outcome) if answer.stamp in turns]


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

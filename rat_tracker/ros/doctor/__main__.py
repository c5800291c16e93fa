"""Inspect, judge, and write the findings to a file: ``rat_tracker doctor`` runs this as a process.

What is wrong with ROS may end the process, or hang it; the command survives that and says so.
"""

from __future__ import annotations

import json
from pathlib import Path
import sys
from typing import Any

import click
import rclpy
from rclpy.executors import ExternalShutdownException

from rat_tracker.doctor.finding import run_checks
from rat_tracker.ros.doctor.checks import ALL
from rat_tracker.ros.doctor.inspection import inspect
from rat_tracker.ros.doctor.snapshot import Snapshot


@click.command()
@click.option('--node', required=True)
@click.option('--seconds', type=float, required=True)
@click.option('--output', type=click.Path(path_type=Path), required=True)
def main(node: str, seconds: float, output: Path) -> None:
    """Write what is found as JSON."""
    rclpy.init(args=[])
    try:
        seen = inspect(node, seconds, rclpy.get_default_context())
    except ExternalShutdownException:  # somebody lost patience
        sys.exit(1)
    finally:
        rclpy.try_shutdown()
    findings = [finding.as_dict() for finding in run_checks(ALL, seen)]
    output.write_text(
        json.dumps({'findings': findings, 'topics': topics(seen)}), encoding='utf-8')


def topics(seen: Snapshot) -> list[dict[str, Any]]:
    """Return the image topics and their figures for machines; null is what is not known."""
    written = []
    for topic in seen.topics:
        figures = seen.figures.get(topic.name)
        written.append({
            'name': topic.name,
            'type': topic.type_name,
            'publishers': [{
                'node': publisher.node, 'reliability': publisher.reliability,
                'durability': publisher.durability, 'history': publisher.history,
            } for publisher in topic.publishers],
            'subscribers': topic.subscribers,
            'measured': None if figures is None else {
                'received': figures.received, 'lost': figures.lost, 'rate': figures.rate,
                'width': figures.width, 'height': figures.height, 'encoding': figures.encoding,
                'bytes': figures.bytes, 'age': figures.age,
            }})
    return written


if __name__ == '__main__':
    main()

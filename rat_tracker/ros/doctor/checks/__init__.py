"""One file for each thing that is judged; ``ALL`` is what the doctor goes through.

A check takes an ``Snapshot`` and yields findings. To add one, write it and list it here.
"""

from __future__ import annotations

from rat_tracker.doctor.finding import Check
from rat_tracker.ros.doctor.checks.cameras import cameras
from rat_tracker.ros.doctor.checks.clock import simulated_time
from rat_tracker.ros.doctor.checks.diagnostics import diagnostics
from rat_tracker.ros.doctor.checks.graph import graph
from rat_tracker.ros.doctor.checks.input_topic import input_topic
from rat_tracker.ros.doctor.checks.shared_memory import losses
from rat_tracker.ros.doctor.checks.shared_memory import profile
from rat_tracker.ros.doctor.checks.stamps import stamps
from rat_tracker.ros.doctor.checks.trackers import trackers

ALL: tuple[Check, ...] = (
    graph, cameras, trackers, input_topic, losses, stamps, simulated_time, diagnostics, profile)

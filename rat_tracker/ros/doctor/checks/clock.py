"""Whether simulated time runs where it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.snapshot import Snapshot


def simulated_time(seen: Snapshot) -> Iterator[Finding]:
    """Compare the tracker's use_sim_time with what comes on /clock."""
    if seen.tracker is None or not seen.tracker.use_sim_time:
        return
    what = f'{seen.node} has use_sim_time, and'
    if not seen.clock.publishers:
        yield Finding(
            Level.WARNING, 'clock', f'{what} nobody publishes /clock: its time stands still',
            'start the simulation, or ros2 bag play with --clock; with a real camera run: '
            f'ros2 param set {seen.node} use_sim_time false')
    elif not seen.clock.advanced:
        yield Finding(
            Level.WARNING, 'clock', f'{what} /clock stands still',
            'let the simulation or the recording go on')
    else:
        yield Finding(
            Level.OK, 'clock', f'{what} /clock went on by {seen.clock.advanced:.1f} s')

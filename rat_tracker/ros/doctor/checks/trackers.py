"""Whether the tracker's node is there, answers, and is active."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.formatting import start_command
from rat_tracker.ros.doctor.formatting import trackable
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.parameters import validation_error


def trackers(seen: Snapshot) -> Iterator[Finding]:
    """Say what to start, or which command makes the node active."""
    node, tracker = seen.node, seen.tracker
    if tracker is None:
        yield Finding(Level.ERROR, 'tracker', f'there is no node {node}', _start(seen))
        return
    if tracker.lifecycle is None:
        yield Finding(
            Level.ERROR, 'tracker', f'{node} is there, and does not answer on {node}/get_state',
            f'if it is a tracker_node, it hangs: start it anew. {_others(seen)}'.rstrip())
        return
    wrong = None if tracker.settings is None else validation_error(tracker.settings)
    if wrong is not None:
        yield Finding(
            Level.ERROR, 'parameters', f'{node} cannot be configured: {wrong}',
            f'set it right (ros2 param set {node} ...), then run: '
            f'ros2 lifecycle set {node} configure')
    elif tracker.lifecycle == 'finalized':
        yield Finding(
            Level.ERROR, 'tracker', f'{node} is finalized, as after a shutdown', 'start it again')
    elif tracker.lifecycle != 'active':
        steps = ['activate'] if tracker.lifecycle == 'inactive' else ['configure', 'activate']
        commands = ' && '.join(f'ros2 lifecycle set {node} {step}' for step in steps)
        yield Finding(
            Level.ERROR, 'tracker', f'{node} is {tracker.lifecycle}',
            f'run: {commands}; if that fails, the log of the node says why')
    else:
        yield Finding(Level.OK, 'tracker', f'{node} is active')
    if seen.other_trackers:
        many = 'another tracker is' if len(seen.other_trackers) == 1 else 'other trackers are'
        yield Finding(
            Level.NOTE, 'tracker', f'{many} there: {", ".join(seen.other_trackers)}',
            _others(seen))


def _others(seen: Snapshot) -> str:
    if not seen.other_trackers:
        return ''
    return 'run: ' + ' or '.join(
        f'rat_tracker doctor --node {name}' for name in seen.other_trackers)


def _start(seen: Snapshot) -> str:
    if seen.other_trackers:
        return f'name the one that is there: {_others(seen).removeprefix("run: ")}'
    return (f'start it: {start_command(seen.node, next(iter(trackable(seen)), None))}; if it '
            'runs, it hangs, or its ROS_DOMAIN_ID is another')

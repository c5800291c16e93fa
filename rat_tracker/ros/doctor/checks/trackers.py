"""Whether the tracker's node is there, answers, and is active."""

from __future__ import annotations

from collections.abc import Iterator

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.observation import Observation
from rat_tracker.ros.doctor.wording import arguments_for
from rat_tracker.ros.parameters import fault


def trackers(seen: Observation) -> Iterator[Finding]:
    """Say what to start, or which command makes the node active."""
    node, tracker = seen.node, seen.tracker
    if tracker is None:
        yield Finding(Level.ERROR, 'tracker', f'there is no node {node}', _start(seen))
        return
    if tracker.lifecycle is None:
        yield Finding(
            Level.ERROR, 'tracker', f'{node} is there, and does not answer on {node}/get_state',
            'if it is a tracker_node, it hangs: start it anew')
        return
    wrong = None if tracker.settings is None else fault(tracker.settings)
    if wrong is not None:
        yield Finding(
            Level.ERROR, 'parameters', f'{node} cannot be configured: {wrong}',
            f'set it right (ros2 param set {node} ...), then run: '
            f'ros2 lifecycle set {node} configure')
    elif tracker.lifecycle != 'active':
        steps = ['activate'] if tracker.lifecycle == 'inactive' else ['configure', 'activate']
        commands = ' && '.join(f'ros2 lifecycle set {node} {step}' for step in steps)
        yield Finding(
            Level.ERROR, 'tracker', f'{node} is {tracker.lifecycle}',
            f'run: {commands}; if that fails, the log of the node says why')
    else:
        yield Finding(Level.OK, 'tracker', f'{node} is active')


def _start(seen: Observation) -> str:
    if seen.other_trackers:
        return ('name the one that is there: rat_tracker doctor --node '
                + ' or '.join(seen.other_trackers))
    ways = [way for topic in seen.topics if topic.publishers
            and (way := arguments_for(topic)) is not None]
    arguments = f' --ros-args {ways[0]}' if ways and ways[0] else ''
    return (f'start it: ros2 run rat_tracker tracker_node{arguments}; if it runs, it hangs, or '
            'its ROS_DOMAIN_ID is another')

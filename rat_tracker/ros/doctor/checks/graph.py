"""Whether anybody is there at all."""

from __future__ import annotations

from collections.abc import Iterator
import os

from rat_tracker.doctor.domains import domains_in_use
from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.snapshot import Snapshot

_VARIABLES = ('ROS_AUTOMATIC_DISCOVERY_RANGE', 'ROS_LOCALHOST_ONLY', 'ROS_STATIC_PEERS',
              'ROS_DISCOVERY_SERVER')


def graph(seen: Snapshot) -> Iterator[Finding]:
    """Where nobody is seen, name what hides nodes from each other."""
    if seen.other_nodes:
        many = 'node is' if seen.other_nodes == 1 else 'nodes are'
        yield Finding(
            Level.OK, 'graph', f'{seen.other_nodes} {many} seen in domain {seen.domain}')
        return
    settings = [f'{name}={os.environ[name]}' for name in _VARIABLES if os.environ.get(name)]
    here = f'ROS_DOMAIN_ID={seen.domain}' + ''.join(f', {text}' for text in settings)
    elsewhere = [domain for domain in domains_in_use() if domain != seen.domain]
    if elsewhere:
        names = ', '.join(map(str, elsewhere))
        yield Finding(
            Level.ERROR, 'graph', f'no other node is seen here ({here}), while some run on this '
            f'machine with ROS_DOMAIN_ID {names}',
            f'if those are yours, run: export ROS_DOMAIN_ID={elsewhere[0]}')
    else:
        yield Finding(
            Level.NOTE, 'graph', f'no other node is seen here ({here})',
            'nodes with another ROS_DOMAIN_ID, or beyond the discovery range, are not seen')

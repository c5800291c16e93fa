"""Find a ROS domain that nobody on this machine uses."""

from __future__ import annotations

import random
import socket

# The ports of DDS, as its wire protocol defines them (RTPS 2.5, 9.6.2): a domain's begin here, and
# each participant on the machine takes two.
_FIRST_PORT = 7400
_PORTS_PER_DOMAIN = 250
_UNICAST = 10  # offset of the first participant's port
_PARTICIPANTS = 10
_HIGHEST_DOMAIN = 101  # beyond it the ports meet those that Linux hands out to others


def free_domain() -> int:
    """Return a ROS_DOMAIN_ID whose ports are free.

    :raises RuntimeError: all are in use
    """
    # Two runs that start at one time should not look in the same order.
    for domain in random.sample(range(1, _HIGHEST_DOMAIN + 1), _HIGHEST_DOMAIN):
        if is_free(domain):
            return domain
    raise RuntimeError('every ROS_DOMAIN_ID from 1 to 101 is in use on this machine')


def is_free(domain: int) -> bool:
    """Return whether no participant of this domain runs on this machine."""
    base = _FIRST_PORT + _PORTS_PER_DOMAIN * domain
    offsets = (0, *(_UNICAST + 2 * index for index in range(_PARTICIPANTS)))
    return all(_can_bind(base + offset) for offset in offsets)


def _can_bind(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(('', port))
        except OSError:
            return False
    return True

"""Hold a ROS domain in which nobody else on this machine takes part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import random
import socket

from rat_tracker.doctor.domains import domains_in_use
from rat_tracker.doctor.domains import HIGHEST_DOMAIN


class NoFreeDomain(RuntimeError):
    """Every domain is in use; the message says what to do."""


@contextmanager
def reserved_domain() -> Iterator[int]:
    """Yield a ROS_DOMAIN_ID that no other run holds and in which no node runs.

    The reservation is a name in Linux's abstract namespace of sockets: whatever ends this process
    lets go of it, and nothing is left in a file system.

    :raises NoFreeDomain: all are in use
    """
    # Two runs that start at one time should not look in the same order.
    for domain in random.sample(range(1, HIGHEST_DOMAIN + 1), HIGHEST_DOMAIN):
        with socket.socket(socket.AF_UNIX) as reservation:
            try:
                reservation.bind(f'\0rat_tracker.ros_domain_{domain}')
            except OSError:
                continue
            # Once it is reserved: who left it a moment ago may have started nodes.
            if domain not in domains_in_use():
                yield domain
                return
    raise NoFreeDomain(
        f'every ROS_DOMAIN_ID from 1 to {HIGHEST_DOMAIN} is in use on this machine; end some of '
        'the programs that use ROS')

"""In which ROS domains somebody is on this machine, by the ports that are open."""

from __future__ import annotations

from pathlib import Path

# As DDS's wire protocol defines them (RTPS 2.5, 9.6.2): each participant opens a pair of ports,
# the first of a domain from its tenth port on. The port that a domain has in common is not open
# where discovery is limited to this machine.
_FIRST_PORT = 7400
_PORTS_PER_DOMAIN = 250
_UNICAST = 10
HIGHEST_DOMAIN = 101  # beyond it the ports meet those that Linux hands out to anybody


def domains_in_use(ports_file: Path = Path('/proc/net/udp')) -> list[int]:
    """Return the domains in which a pair of ports is open."""
    ports = _ports(ports_file)
    found = set()
    for port in ports:
        domain, offset = divmod(port - _FIRST_PORT, _PORTS_PER_DOMAIN)
        if (0 <= domain <= HIGHEST_DOMAIN and offset >= _UNICAST and offset % 2 == 0
                and port + 1 in ports):
            found.add(domain)
    return sorted(found)


def _ports(ports_file: Path) -> set[int]:
    """Return the UDP ports that are open, out of Linux's table of them."""
    try:
        lines = ports_file.read_text(encoding='ascii').splitlines()[1:]
    except OSError:  # not Linux
        return set()
    return {int(line.split()[1].rpartition(':')[2], 16) for line in lines}

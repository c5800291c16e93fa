"""Where the page is served, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
import ipaddress

from rat_tracker.parameters import parameter
from rat_tracker.parameters import require_ranges

SHORTEST_TOKEN = 16  # characters; guesses are not counted


@dataclass(frozen=True)
class ConsoleOptions:
    """How the console is served.

    :param token: what everybody has to know who opens the page; None: nothing, on loopback only
    :raises ValueError: a value is out of range, or the token is missing or too weak
    """

    host: str = parameter(
        '127.0.0.1', 'The address at which the page is served; any other than that of this '
        'machine itself asks for a token, such as 0.0.0.0, all of its networks.', read_only=True)
    port: int = parameter(
        8642, 'The port at which the page is served; 0 takes any that is free.',
        between=(0, 65535), read_only=True)
    picture_rate: float = parameter(
        15.0, 'How many pictures per second a browser gets at most; a slow one gets fewer.',
        between=(0.5, 60.0), read_only=True)
    viewers: int = parameter(
        16, 'How many browsers may view at the same time.', between=(1, 100), read_only=True)
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        require_ranges(self)
        if self.token is None and not is_loopback(self.host):
            raise ValueError(
                f'host {self.host or "(all addresses)"} can be reached by others: set a token, '
                'or listen on 127.0.0.1')
        if self.token is not None and (
                len(self.token) < SHORTEST_TOKEN or not self.token.isascii()
                or not self.token.isprintable() or ' ' in self.token):
            raise ValueError(
                f'the token needs {SHORTEST_TOKEN} or more letters, digits or signs, no spaces')


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches what listens there."""
    if host == 'localhost':
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

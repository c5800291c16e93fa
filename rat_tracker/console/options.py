"""Where the page is served, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
import ipaddress

SHORTEST_TOKEN = 16  # characters; guesses are not counted


@dataclass(frozen=True)
class ConsoleOptions:
    """How the console is served.

    :param host: address to listen on; anything but a loopback address needs a token
    :param port: 0 takes any that is free
    :param token: what everybody has to know who opens the page; None: nothing, on loopback only
    :param viewers: pages that may be open at once
    :param pictures_per_second: at most, however fast the pages are
    :raises ValueError: a value is out of range, or the token is missing or too weak
    """

    host: str = '127.0.0.1'
    port: int = 8080
    token: str | None = field(default=None, repr=False)
    viewers: int = 16
    pictures_per_second: float = 15.0

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError(f'port {self.port} is not between 0 and 65535')
        if not 1 <= self.viewers <= 100:
            raise ValueError(f'{self.viewers} viewers: allow 1 to 100')
        if not 0.1 <= self.pictures_per_second <= 60:
            raise ValueError(
                f'{self.pictures_per_second:g} pictures a second: allow 0.1 to 60')
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

"""Who knows the token, and how often others may guess."""

from __future__ import annotations

from collections import OrderedDict
import hashlib
import hmac
import ipaddress

from rat_tracker.console.rate_limiter import RateLimiter

_GUESSES = 5  # at once
_GUESS_RATE = 0.5  # per second
_ADDRESSES = 256  # that are remembered
_ROUNDS = 200_000  # some 0.1 s on a PC's core


class Token:
    """What everybody has to know who opens the page.

    The browser's cookie holds a digest instead: it is valid for as long as the token is, also when
    the server starts anew, and nobody reads the token out of a browser. It takes long to compute,
    so that trying cookies is no faster way to guess the token.
    """

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self.cookie = hashlib.pbkdf2_hmac(
            'sha256', self._token, b'rat_tracker console', _ROUNDS).hex()

    def is_right(self, guess: str) -> bool:
        """Return whether this is the token, in the same time for any guess of its length."""
        return hmac.compare_digest(guess.encode(errors='surrogatepass'), self._token)

    def is_cookie(self, value: str) -> bool:
        """Return whether this is what the cookie of a browser holds that was let in."""
        return hmac.compare_digest(value.encode(errors='surrogatepass'), self.cookie.encode())


class Guesses:
    """How often each address gave a wrong token lately; of the last few addresses only."""

    def __init__(self) -> None:
        self._throttles: OrderedDict[str, RateLimiter] = OrderedDict()

    def __len__(self) -> int:
        """Return of how many addresses something is remembered."""
        return len(self._throttles)

    def allows(self, address: str, now: float) -> bool:
        """Return whether this address may try again."""
        throttle = self._throttles.get(_network(address))
        return throttle is None or throttle.allows(now)

    def was_wrong(self, address: str, now: float) -> None:
        """Count a wrong token."""
        network = _network(address)
        throttle = self._throttles.pop(network, None) or RateLimiter(_GUESS_RATE, _GUESSES)
        throttle.take(now)
        self._throttles[network] = throttle
        if len(self._throttles) > _ADDRESSES:
            self._throttles.popitem(last=False)


def _network(address: str) -> str:
    """Return what one owner holds: of IPv6 a whole /64."""
    try:
        parsed = ipaddress.ip_address(address.partition('%')[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network(f'{parsed}/64', strict=False))

"""Who may open the page: everybody on this machine, and elsewhere those who know a token."""

from __future__ import annotations

from pathlib import Path
import re
import secrets
import stat

from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.options import is_loopback
from rat_tracker.console.options import SHORTEST_TOKEN
from rat_tracker.ros.console.settings import ConsoleSettings
from rat_tracker.system.shell import shell_path

_TOKEN = re.compile(r'[A-Za-z0-9._~-]+')
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class AccessError(ValueError):
    """The page cannot be served like this; the message says why, and what to do."""


def options_of(settings: ConsoleSettings) -> ConsoleOptions:
    """Return how the page is served; with a token where others reach it, or where one is named.

    :raises AccessError: the token cannot be had
    """
    token = None
    if settings.token_file:
        token = read_token(settings.token_file)
    elif not is_loopback(settings.host):
        token = secrets.token_urlsafe()
    return ConsoleOptions(
        host=settings.host, port=settings.port, picture_rate=settings.picture_rate,
        viewers=settings.viewers, token=token)


def read_token(file: str) -> str:
    """Return the token in a file.

    :raises AccessError: it cannot be read, others can, or it holds no good token
    """
    path = Path(file).expanduser()
    try:
        if path.stat().st_mode & _OTHERS:
            raise AccessError(f'token_file {path} is open to others; run: '
                              f'chmod 600 {shell_path(path)}')
        token = path.read_text(encoding='utf-8').strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else 'it is no text'
        raise AccessError(f'token_file {path} cannot be read: {reason}; make one: '
                          f'{_recipe(path)}') from None
    if len(token) < SHORTEST_TOKEN:
        raise AccessError(f'the token in {path} has {len(token)} characters, and {SHORTEST_TOKEN} '
                          f'are the least; make a longer one: {_recipe(path)}')
    if not _TOKEN.fullmatch(token):
        raise AccessError(f'the token in {path} holds other signs than letters, digits and '
                          f'-._~; make another: {_recipe(path)}')
    return token


def _recipe(path: Path) -> str:
    return ("(umask 077; python3 -c 'import secrets; print(secrets.token_urlsafe())' > "
            f'{shell_path(path)})')

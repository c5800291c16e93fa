"""Who may open the page: a token that does not protect is refused, and made where it is needed."""

from __future__ import annotations

from pathlib import Path
import re

import pytest

from rat_tracker.ros.console.access import AccessError
from rat_tracker.ros.console.access import options_of
from rat_tracker.ros.console.access import read_token
from rat_tracker.ros.console.settings import ConsoleSettings

TOKEN = 'a-token.that_nobody~guesses'


def token_file(folder: Path, content: str, mode: int = 0o600) -> Path:
    file = folder / 'token'
    file.write_text(content + '\n')
    file.chmod(mode)
    return file


def test_this_machine_alone_needs_no_token() -> None:
    assert options_of(ConsoleSettings()).token is None


def test_at_another_address_a_token_is_made_that_nobody_guesses() -> None:
    one, other = (options_of(ConsoleSettings(host='0.0.0.0')).token for _ in range(2))
    assert one is not None
    assert re.fullmatch(r'[A-Za-z0-9_-]{43}', one)  # 256 bits
    assert one != other


@pytest.mark.parametrize('host', ['127.0.0.1', '0.0.0.0'])
def test_the_token_of_a_file_is_taken_wherever_the_page_is_served(
    tmp_path: Path, host: str,
) -> None:
    settings = ConsoleSettings(host=host, token_file=str(token_file(tmp_path, TOKEN)))
    assert options_of(settings).token == TOKEN


@pytest.mark.parametrize(('mode', 'content', 'words'), [
    (0o644, TOKEN, ['open to others', 'chmod 600']),
    (0o600, 'short', ['5 characters', '16 are the least', 'umask 077']),
    (0o600, 'two words and no token', ['other signs', 'umask 077']),
])
def test_a_token_file_that_does_not_protect_is_refused(
    tmp_path: Path, mode: int, content: str, words: list[str],
) -> None:
    with pytest.raises(AccessError) as refused:
        read_token(str(token_file(tmp_path, content, mode)))
    line = str(refused.value)
    assert all(word in line for word in words), line
    assert content not in line
    assert '\n' not in line


def test_a_token_file_that_is_not_there_is_named_with_the_command_that_makes_one() -> None:
    with pytest.raises(AccessError, match=r'/no/such/file cannot be read: .*umask 077'):
        read_token('/no/such/file')

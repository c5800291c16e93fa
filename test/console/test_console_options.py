"""Options that would let in strangers, or that nothing could serve, are refused."""

from __future__ import annotations

import pytest

from rat_tracker.console.options import ConsoleOptions

TOKEN = 'secret-123456789'


@pytest.mark.parametrize(
    'host', ['0.0.0.0', '', '::', '192.168.1.7', 'robot.local', 'localhost.evil'])
def test_other_than_loopback_needs_a_token(host: str) -> None:
    with pytest.raises(ValueError, match='set a token, or listen on 127'):
        ConsoleOptions(host=host)
    assert ConsoleOptions(host=host, token=TOKEN).token == TOKEN


@pytest.mark.parametrize('host', ['127.0.0.1', 'localhost', '::1', '127.1.2.3'])
def test_loopback_needs_none(host: str) -> None:
    assert ConsoleOptions(host=host).token is None


@pytest.mark.parametrize('token', [
    '', TOKEN[:15], 'with space-123456', 'tab\tbed-12345678', 'umläut-1234567890'])
def test_weak_token_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match='16 or more letters'):
        ConsoleOptions(token=token)


def test_token_is_not_printed() -> None:
    assert 'secret' not in repr(ConsoleOptions(token=TOKEN))


@pytest.mark.parametrize(('name', 'value'), [
    ('port', -1), ('port', 65536), ('viewers', 0), ('viewers', 1000),
    ('picture_rate', 0.0), ('picture_rate', float('nan')),
    ('picture_rate', 1000.0)])
def test_value_out_of_range_is_refused_and_named(name: str, value: float) -> None:
    with pytest.raises(ValueError) as refused:
        ConsoleOptions(**{name: value})  # type: ignore[arg-type]
    assert f'{value:g}' in str(refused.value)
